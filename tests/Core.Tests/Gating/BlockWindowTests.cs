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
    [InlineData("recent=a:59:nobody recent=b:100:nobody", true)]
    [InlineData("recent=a:60:nobody recent=b:100:nobody", false)]
    [InlineData("recent=a:31:nobody recent=b:100:db2", false)]
    [InlineData("recent=a:31:nobody recent=b:59:nobody:cancelled", true)]
    [InlineData("recent=a:31:nobody recent=b:632:nobody", false)]
    [InlineData("recent=a:59:nobody:acknowledged recent=b:100:nobody", false)]
    [InlineData("recent=a:59:db2:took=9999", true)]
    [InlineData("recent=a:40:db3 limit=2 recent=b:59:db2", true)]
    [InlineData("recent=a:40:db3 limit=2 recent=b:60:db2", false)]
    [InlineData("recent=a:59:db2:of=db1 limit=2", true)]
    [InlineData("recent=a:60:db2:of=db1 limit=2", false)]
    [InlineData("recent=a:59:nobody:of=db1 limit=2", false)]
    [InlineData("recent=a:29:db3 limit=2", true)]
    [InlineData("recent=a:30:db3 limit=2", false)]
    [InlineData("recent=a:40:nobody recent=b:50:db3 recent=c:55:db2 limit=2", true)]
    [InlineData("recent=a:31:open recent=b:31:closed", false)]
    public void Holds_for_a_while_after_a_recovery(string words, bool holds)
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting");
        Assert.Equal(holds, WrittenGate.Decide(topology, ["window=60", "limit=1", .. words.Split(' ')]).StartsWith("Hold", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(4, 240)]
    [InlineData(5, 300)]
    [InlineData(40, 300)]
    public void A_failure_that_cannot_be_recovered_is_tried_more_and_more_rarely(int inVain, int seconds)
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting");
        string[] At(int ago) => ["window=3600", .. Enumerable.Range(0, inVain).Select(i => $"recent=r{i}:{ago + i * 300}:nobody")];
        Assert.StartsWith("Hold", WrittenGate.Decide(topology, At(seconds - 1)), StringComparison.Ordinal);
        Assert.Equal("Proceed", WrittenGate.Decide(topology, At(seconds)));
    }

    [Fact]
    public void The_reason_of_a_hold_is_the_same_for_as_long_as_it_holds()
    {
        var past = new PastRecovery(
            "r1", "DeadPrimary", true, WrittenTopology.Key("db1"), WrittenTopology.Key("db2"), WrittenTopology.Noon, WrittenTopology.Noon, IsSuccess: true, IsAcknowledged: false);
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting");
        GateInputs Later(int seconds) => new(true, RecoveryFilter.All, BlockWindow.Default with { Limit = 1 }, null, [past], WrittenTopology.Noon.AddSeconds(seconds)) { Fleet = [] };
        var verdicts = Enumerable.Range(1, 20).Select(i => RecoveryGate.Decide(Analyzer.Analyze(topology)[0], topology, Later(5 * i)));
        string[] reasons = [.. verdicts.OfType<GateVerdict.Hold>().Select(h => h.Refusal.Because)];
        Assert.Equal(20, reasons.Length);
        Assert.Single(reasons.Distinct());
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(3, 120)]
    [InlineData(9, 300)]
    public void A_former_primary_that_cannot_be_closed_is_tried_more_and_more_rarely_and_each_record_counts(int inVain, int seconds)
    {
        var topology = WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2");
        string[] At(int ago) => [.. Enumerable.Range(0, inVain).Select(i => $"recent=r{i}:{ago + i * 300}:open")];
        Assert.StartsWith("Hold", WrittenGate.Decide(topology, At(seconds - 1)), StringComparison.Ordinal);
        Assert.Equal("Proceed", WrittenGate.Decide(topology, At(seconds)));
        Assert.Equal(
            $"this is try {inVain + 1}: those before did not reach their end, the last was r0",
            Assert.Single(WrittenGate.Read(topology, At(seconds)).EvidenceFor(Analyzer.Analyze(topology)[0])));
        Assert.Empty(WrittenGate.Read(topology, ["recent=r1:60:nobody"]).EvidenceFor(Analyzer.Analyze(topology)[0]));
    }

    [Fact]
    public void A_repair_in_vain_holds_neither_another_kind_of_repair_nor_that_of_another_server()
    {
        var now = WrittenTopology.Noon;
        PastRecovery Past(string kind, string of) =>
            new("r1", kind, false, WrittenTopology.Key(of), null, now.AddSeconds(-9), now.AddSeconds(-9), IsSuccess: false, IsAcknowledged: false);
        var topology = WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2");
        GateInputs With(PastRecovery past) => new(true, RecoveryFilter.All, BlockWindow.Default, null, [past], now);
        bool Holds(PastRecovery past) => RecoveryGate.Decide(Analyzer.Analyze(topology)[0], topology, With(past)) is GateVerdict.Hold;
        Assert.True(Holds(Past("FenceFormerPrimary", "db1")));
        Assert.False(Holds(Past("FenceFormerPrimary", "db2")));
        Assert.False(Holds(Past("FinishRecovery", "db1")));
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
