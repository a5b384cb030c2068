using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

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
        Assert.Equal(new ReplicaTally { Total = 9, Seen = 8, Hearing = 3, Certain = 3, Replicating = 2, CannotReach = 2, Silent = 1, Stopped = 2, Gone = 1, Lagging = 2, Delayed = 1, Downtimed = 1 }, tally);
        Assert.Equal(3, tally.Agreeing);
    }

    /// <summary>S8: a switch pointed db3 to db2 a moment ago, and it has told nobody whom it follows since.</summary>
    [Theory]
    [InlineData(-60, true)]
    [InlineData(60, false)] // it told since that it follows another one
    public void One_that_may_follow_the_new_primary_is_counted_before_it_is_called_dead(double toldLater, bool counts)
    {
        var topology = WrittenTopology.Read("db1 ro <db2 quiet=9s beat=1s\ndb2 rw | timed out 60.0s\ndb3 ro <db1 |partly: replication");
        var made = topology.TakenAt.AddSeconds(-300);
        var told = topology[WrittenTopology.Key("db3")]!;
        told = told with { Outcome = told.Outcome.With(i => i with { StaleSince = made.AddSeconds(toldLater) }) };
        topology = topology.With(told).With(Ledger.Empty.With(new LedgerEntry.Writer(WrittenTopology.Key("db2"), 1, "r1", made)));
        var tally = ReplicaTally.Of(topology, topology[WrittenTopology.Key("db2")]!, DetectionPolicy.Default);
        Assert.Equal((1, counts ? 1 : 0, !counts), (tally.Total, tally.MayFollow, tally.IsMajority));
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
        var topology = WrittenTopology.Read($"db1 rw | timed out 60.0s\ndb2 ro <db1 {words}");
        Assert.Equal(silent ? 1 : 0, ReplicaTally.Of(topology, topology.Members[0], DetectionPolicy.Default).Silent);
    }

    /// <summary>A silent source, two replicas that are certain, and this one.</summary>
    [Theory]
    [InlineData("quiet=9s beat=30s", 1, true)]
    [InlineData("quiet=9s beat=0s", 1, true)]
    [InlineData("quiet=9s", 1, true)]
    // It heard something lately, or well after we lost the source; nobody has watched it for long enough.
    [InlineData("quiet=2s beat=30s", 0, false)]
    [InlineData("quiet=5s beat=30s", 0, false)]
    [InlineData("beat=30s", 0, false)]
    public void One_that_cannot_tell_is_outvoted_by_a_certain_majority(string words, int mute, bool isOutvoted)
    {
        const string Certain = "quiet=9s beat=1s";
        var topology = WrittenTopology.Read(
            $"db1 rw | timed out 9.0s\ndb2 ro <db1 {Certain}\ndb3 ro <db1 {Certain}\ndb4 ro <db1 {words}");
        var tally = ReplicaTally.Of(topology, topology.Members[0], DetectionPolicy.Default);
        Assert.Equal((1, mute, 2, isOutvoted), (tally.Hearing, tally.CannotTell, tally.Certain, tally.IsOutvoted));
    }

    [Theory]
    [InlineData("quiet=12s beat=1s", "Silent")]
    [InlineData("quiet=60s beat=1s", "LostBefore")]
    [InlineData("quiet=60s beat=1s io=connecting err=2003", "LostBefore")]
    [InlineData("quiet=12s beat=1s io=connecting err=2003", "CannotReach")]
    [InlineData("io=connecting err=2003", "CannotReach")]
    [InlineData("quiet=1s beat=1s io=connecting", "Untold")] // it was told to connect a moment ago
    [InlineData("quiet=3s beat=1s io=connecting", "CannotReach")]
    [InlineData("quiet=12s beat=1s held=no_space", "HeldUp")]
    [InlineData("quiet=0.2s beat=1s held=no_space", "Hearing")]
    public void A_witness_heard_from_its_source_until_we_lost_it_and_could_hear_since(string words, string says)
    {
        var topology = WrittenTopology.Read($"db1 rw | timed out 9.0s\ndb2 ro <db1 {words}");
        var tally = ReplicaTally.Of(topology, topology.Members[0], DetectionPolicy.Default);
        var counts = new Dictionary<string, int>
        {
            ["Hearing"] = tally.Hearing, ["CannotReach"] = tally.CannotReach, ["Silent"] = tally.Silent,
            ["LostBefore"] = tally.LostBefore, ["HeldUp"] = tally.HeldUp, ["Stopped"] = tally.Stopped,
            ["Untold"] = tally.Untold,
        };
        Assert.Equal(says, Assert.Single(counts, c => c.Value > 0).Key);
    }

    [Theory]
    // Those that agree, that were gone or lost it before, that say nothing, that are out of sight.
    [InlineData(1, 0, 0, 0, true)]
    [InlineData(1, 0, 0, 1, false)]
    [InlineData(1, 1, 0, 0, true)]
    [InlineData(1, 1, 0, 1, false)]
    [InlineData(2, 1, 0, 1, true)]
    [InlineData(1, 0, 2, 0, true)]
    [InlineData(1, 0, 2, 1, false)]
    [InlineData(2, 0, 0, 1, true)]
    [InlineData(1, 0, 0, 2, false)]
    public void A_majority_is_more_than_half_of_those_that_count(int agree, int gone, int silent, int outOfSight, bool isMajority)
    {
        string[] lines =
        [
            "db0 rw | timed out 9.0s",
            .. Enumerable.Range(0, agree).Select(i => $"a{i} ro <db0 quiet=9s beat=1s"),
            .. Enumerable.Range(0, gone).Select(i => $"g{i} ro <db0 gone=60 | timed out 9.0s"),
            .. Enumerable.Range(0, silent).Select(i => $"s{i} ro <db0 io=stopped"),
            .. Enumerable.Range(0, outOfSight).Select(i => $"o{i} ro <db0 | timed out 9.0s"),
        ];
        var topology = WrittenTopology.Read(string.Join('\n', lines));
        Assert.Equal(isMajority, ReplicaTally.Of(topology, topology[WrittenTopology.Key("db0")]!, DetectionPolicy.Default).IsMajority);
    }
}
