using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Gating;

public sealed class BlockWindowTests
{
    [Theory]
    [InlineData("recent=a:59:db2", true)]
    [InlineData("recent=a:60:db2", false)]
    [InlineData("recent=a:59:db2:acknowledged", false)]
    [InlineData("recent=a:29:nobody", true)]
    [InlineData("recent=a:30:nobody", false)]
    [InlineData("recent=a:59:nobody:cancelled", true)]
    [InlineData("recent=a:59:nobody:cancelled:acknowledged", false)]
    [InlineData("recent=a:5:db2:acknowledged recent=b:20:db2", true)]
    [InlineData("recent=a:999:nobody:active", true)]
    [InlineData("recent=a:999:nobody:active:acknowledged", true)]
    public void Holds_for_a_while_after_a_recovery(string words, bool holds)
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting");
        Assert.Equal(holds, WrittenGate.Decide(topology, ["window=60", .. words.Split(' ')]).StartsWith("Hold", StringComparison.Ordinal));
    }

    [Fact]
    public void A_window_shorter_than_the_pause_between_tries_is_the_pause()
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting");
        Assert.Equal("Proceed", WrittenGate.Decide(topology, ["window=10", "recent=a:11:nobody"]));
        Assert.Equal(AnalysisCode.DeadPrimary, Analyzer.Analyze(topology)[0].Code);
        Assert.Equal(TimeSpan.FromHours(1), BlockWindow.Default.Length);
    }
}
