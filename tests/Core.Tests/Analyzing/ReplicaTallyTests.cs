using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Analyzing;

public sealed class ReplicaTallyTests
{
    [Fact]
    public void Counts_what_the_replicas_say()
    {
        var topology = WrittenTopology.Read("""
            db0 rw | refused
            db1 ro <db0 lag=3
            db2 ro <db0 io=connecting err=2003
            db3 ro <db0 io=stopped err=2003
            db4 ro <db0 quiet=3s beat=1s
            db5 ro <db0 io=stopped
            db6 ro <db0 io=connecting err=1045 downtime=ana
            db7 ro <db0 lag=700 delay=600
            db8 ro <db0 sql=stopped lag=60
            db9 ro <db0 | refused
            """);
        var tally = ReplicaTally.Of(topology, topology.Members[0], DetectionPolicy.Default);
        Assert.Equal(new ReplicaTally { Total = 9, Seen = 8, Hearing = 3, Replicating = 2, CannotReach = 2, Silent = 1, Stopped = 2, Lagging = 2, Delayed = 1, Downtimed = 1 }, tally);
        Assert.Equal(3, tally.Agreeing);
    }

    [Theory]
    [InlineData("quiet=1.9s beat=1s", false)]
    [InlineData("quiet=2s beat=1s", true)]
    [InlineData("quiet=2s beat=0.1s", false)]
    [InlineData("quiet=2.4s beat=0.1s", true)]
    [InlineData("quiet=59s beat=30s", false)]
    [InlineData("quiet=60s beat=30s", true)]
    [InlineData("quiet=60s", false)]
    [InlineData("beat=1s", false)]
    [InlineData("quiet=600s beat=0s", false)]
    public void Silence_is_missed_heartbeats_and_not_being_able_to_tell_is_no_silence(string words, bool silent)
    {
        var topology = WrittenTopology.Read($"db1 rw | refused\ndb2 ro <db1 {words}");
        Assert.Equal(silent ? 1 : 0, ReplicaTally.Of(topology, topology.Members[0], DetectionPolicy.Default).Silent);
    }
}
