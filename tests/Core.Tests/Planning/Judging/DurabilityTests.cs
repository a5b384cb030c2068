using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class DurabilityTests
{
    [Fact]
    public void Reachable_plus_waited_for_must_exceed_the_number_of_ackers()
    {
        for (var all = 1; all <= 4; all++)
            for (var wait = 1; wait <= all; wait++)
                for (var reachable = 0; reachable <= all; reachable++)
                    Assert.Equal(reachable + wait <= all, Of(all, wait, reachable).IsBroken);
    }

    [Theory]
    [InlineData("semi=fallen:1", false, "asynchronous")]
    [InlineData("", false, "asynchronous")]
    [InlineData("semi=source:1 clients=1", false, "")]
    [InlineData("semi=source:1 clients=2", true, "an unknown replica")]
    public void Says_what_the_primary_promised(string primary, bool isBroken, string says)
    {
        var topology = WrittenTopology.Read($"db1 rw {primary} | refused\ndb2 ro <db1 semi=replica");
        var durability = Durability.Of(topology, topology.Members[0], topology.Members.Skip(1).Select(m => m.Key).ToHashSet(), topology.Members[1].Current!.AllReceived);
        Assert.Equal(isBroken, durability.IsBroken);
        Assert.Contains(says, durability.PossiblyLost, StringComparison.Ordinal);
        Assert.Equal(says.Length == 0, durability.PossiblyLost.Length == 0);
    }

    /// <summary>S4: db3 was pointed to the new primary, and has told nobody whom it follows since: it may have acknowledged.</summary>
    [Theory]
    [InlineData("semi=replica", true)]
    [InlineData("", false)]
    public void One_that_does_not_tell_whom_it_follows_may_have_acknowledged(string semiSync, bool isBroken)
    {
        var topology = WrittenTopology.Read($"db1 rw semi=source:1 clients=1 has=A:1-9 | refused\ndb2 ro <db1 semi=replica has=A:1-9\ndb3 ro <db9 {semiSync} has=A:1-5 |partly: replication");
        var (db1, db2) = (WrittenTopology.Key("db1"), WrittenTopology.Key("db2"));
        topology = topology.With(Ledger.Empty.With(new LedgerEntry.Writer(db1, 1, "r1", topology.TakenAt)));
        var durability = Durability.Of(topology, topology[db1]!, new HashSet<InstanceKey> { db2 }, topology[db2]!.Current!.AllReceived);
        Assert.Equal(isBroken, durability.IsBroken);
        Assert.Contains(isBroken ? "db3:3306 may hold acknowledged transactions nobody else has" : "", durability.PossiblyLost, StringComparison.Ordinal);
    }

    /// <summary>S20: the primary was seen a moment ago, and of those that give what it waits for too few had heard of it.</summary>
    [Theory]
    [InlineData("quiet=12s", "quiet=12s", "which may have been missing for 12 s by now, and goes on without them after 10 s")]
    [InlineData("quiet=12s", "quiet=2s", "")]
    [InlineData("quiet=12s", "", "")]
    [InlineData("quiet=8s", "quiet=8s", "")]
    public void Acknowledgements_may_have_been_missing_since_before_the_primary_was_last_seen(string first, string second, string says)
    {
        var topology = WrittenTopology.Read($"db1 rw semi=source:1 clients=2 has=A:1-9 | refused\ndb2 ro <db1 semi=replica {first} has=A:1-9\ndb3 ro <db1 semi=replica {second} has=A:1-9");
        var durability = Durability.Of(topology, topology.Members[0], topology.Members.Skip(1).Select(m => m.Key).ToHashSet(), topology.Members[1].Current!.AllReceived);
        Assert.Contains(says, durability.PossiblyLost, StringComparison.Ordinal);
        Assert.Equal(says.Length > 0, durability.PossiblyLost.Length > 0);
    }

    /// <summary>S20: the last look shows what it waited for before that.</summary>
    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "asynchronous")]
    public void A_new_primary_that_was_told_to_wait_for_fewer_promised_nothing_from_then_on(bool isLowered, string says)
    {
        var key = WrittenTopology.Key("db1");
        var told = new LedgerEntry.MaybeOpen(key, "r1", WrittenTopology.Noon) { IsUnguarded = isLowered };
        const string servers = "db1 rw semi=source:1 clients=1 has=A:1-9 | refused\ndb2 ro <db1 semi=replica has=A:1-9";
        var topology = WrittenTopology.Read(servers).With(Ledger.Empty.With(told));
        var (old, replica) = (topology[key]!, topology[WrittenTopology.Key("db2")]!);
        var durability = Durability.Of(
            topology, old, new HashSet<InstanceKey> { replica.Key }, replica.Current!.AllReceived);
        Assert.Contains(says, durability.PossiblyLost, StringComparison.Ordinal);
        Assert.Equal(isLowered, durability.PossiblyLost.Length > 0);
    }

    [Theory]
    // What db1 was seen with and promised, what db2 has and is, whether that is refused, and the range.
    [InlineData("semi=source:1 clients=1 has=A:1-100", "semi=replica has=A:1-60", true, "A:61-100")]
    [InlineData("semi=source:1 clients=1 has=A:1-100", "semi=replica has=A:1-60 got=A:61-100", false, "")]
    [InlineData("semi=source:1 clients=1 has=A:1-100", "semi=replica has=A:1-120", false, "")]
    [InlineData("has=A:1-100", "has=A:1-60", false, "A:61-100")]
    [InlineData("has=A:1-100", "quiet=600s beat=1s has=A:1-60", true, "A:61-100")]
    [InlineData("has=A:1-100", "quiet=600s beat=1s has=A:1-100", false, "")]
    // It was told to follow a primary that was gone: it has had no connection to it.
    [InlineData("has=A:1-100", "via=none got= has=A:1-60", true, "A:61-100")]
    [InlineData("has=A:1-100", "via=A got= has=A:1-60", false, "A:61-100")]
    [InlineData("semi=source:1 clients=1 has=A:1-100", "semi=replica has=A:1-100 forgot=A:101-150", true, "A:101-150")]
    [InlineData("has=A:1-100", "has=A:1-100 forgot=A:101-150", false, "A:101-150")]
    // MariaDB shows commits that still wait for their acknowledgement: they are named, and hold up nothing.
    [InlineData("10.11.8-MariaDB semi=source:1 clients=1 has=0-1-100", "10.11.8-MariaDB semi=replica has=0-1-60", false, "0-1-100")]
    // Its restart ended the wait: they are acknowledged, or were when it still ran.
    [InlineData("10.11.8-MariaDB ro semi=source:1 clients=1 has=0-1-100", "10.11.8-MariaDB semi=replica has=0-1-60", true, "0-1-100")]
    [InlineData("10.11.8-MariaDB semi=source:1 clients=1 has=0-1-60", "10.11.8-MariaDB semi=replica has=0-1-60 forgot=0-1-100", true, "0-1-100")]
    [InlineData("10.11.8-MariaDB semi=source:1 clients=1 has=0-2-50,0-1-100", "10.11.8-MariaDB semi=replica has=0-1-100", false, "")]
    public void What_was_seen_and_is_out_of_reach_is_a_loss_with_a_range(string primary, string replica, bool isBroken, string range)
    {
        var durability = OfOne(primary, $"io=connecting err=2003 {replica}");
        Assert.Equal(isBroken, durability.IsBroken);
        Assert.Equal(range.Length > 0, durability.PossiblyLost.Contains("known to be lost", StringComparison.Ordinal));
        Assert.Contains(range, WrittenTopology.Shorten(durability.PossiblyLost), StringComparison.Ordinal);
    }

    [Theory]
    // db1 was last seen 9 s ago.
    [InlineData("relaylog=recovers up=4", true)]
    [InlineData("relaylog=recovers up=9", true)]
    [InlineData("relaylog=recovers up=0", true)]
    // It says whole seconds: at 9 or 10 of them it may have run for less than 9 s, and at 11 for no less than 10.
    [InlineData("relaylog=recovers up=10", true)]
    [InlineData("relaylog=recovers up=11", false)]
    // A session that is older than the last look at db1 proves that it has not restarted since.
    [InlineData("relaylog=recovers up=10 session=9.3s", false)]
    [InlineData("relaylog=recovers up=10 session=8.9s", true)]
    [InlineData("relaylog=kept up=0 session=9.3s", false)]
    // Lost with its machine only, which takes longer than a second to start.
    [InlineData("relaylog=kept up=9", true)]
    [InlineData("relaylog=kept up=10", false)]
    [InlineData("relaylog=recovers up=60", false)]
    [InlineData("relaylog=kept-synced up=4", false)]
    [InlineData("relaylog=kept-synced up=60", false)]
    // The machine may have failed, and the end of its relay log was on no disk.
    [InlineData("relaylog=kept up=4", true)]
    [InlineData("relaylog=kept up=60", false)]
    [InlineData("up=4", true)]
    [InlineData("relaylog=recovers", false)]
    public void The_acknowledgements_of_one_that_may_have_lost_its_relay_log_do_not_count(string replica, bool isBroken)
    {
        var durability = OfOne("semi=source:1 clients=1 has=A:1-100", $"io=connecting err=2003 semi=replica has=A:1-100 {replica}");
        Assert.Equal(isBroken, durability.IsBroken);
        Assert.Equal(isBroken, durability.PossiblyLost.Contains("db2:3306 restarted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("relaylog=recovers-synced", "gave up the relay log")]
    [InlineData("relaylog=kept", "sync_relay_log is not 1")]
    public void Says_why_an_acknowledgement_is_not_backed(string settings, string why)
    {
        var durability = OfOne(
            "semi=source:1 clients=1 has=A:1-100",
            $"io=connecting err=2003 semi=replica has=A:1-100 up=4 {settings}");
        Assert.Contains(why, durability.PossiblyLost, StringComparison.Ordinal);
    }

    /// <summary>
    /// S4: the primary and one of three that acknowledge lost power. Two others are there, and the third may have
    /// acknowledged alone what its disk never had.
    /// </summary>
    [Theory]
    [InlineData("relaylog=kept up=4", true)]
    [InlineData("relaylog=kept-synced up=4", false)]
    public void One_that_lost_power_may_have_been_the_only_one_to_acknowledge(string restarted, bool isBroken)
    {
        var topology = WrittenTopology.Read($"""
            db1 rw semi=source:1 clients=3 has=A:1-100 | timed out 9.0s
            db2 ro <db1 semi=replica has=A:1-100 relaylog=kept up=600
            db3 ro <db1 semi=replica has=A:1-100 relaylog=kept up=600
            db4 ro <db1 semi=replica has=A:1-100 {restarted}
            """);
        var heirs = topology.Members.Skip(1).Select(m => m.Key).ToHashSet();
        var durability = Durability.Of(topology, topology.Members[0], heirs, topology.Members[1].Current!.AllReceived);
        Assert.Equal(isBroken, durability.IsBroken);
    }

    [Fact]
    public void MariaDB_empties_its_relay_log_at_each_start_whatever_is_set()
    {
        var durability = OfOne("10.11.8-MariaDB semi=source:1 clients=1 has=0-1-9", "10.11.8-MariaDB semi=replica has=0-1-9 relaylog=kept up=4");
        Assert.True(durability.IsBroken);
    }

    [Fact]
    public void What_a_replica_gave_up_while_the_primary_was_still_seen_is_judged_by_what_the_primary_had()
    {
        var topology = WrittenTopology.Read("db1 rw semi=source:1 clients=1 has=A:1-5\ndb2 ro <db1 semi=replica has=A:1-5 forgot=A:6-100");
        var later = topology.Members[0].With(topology.Members[0].Outcome, WrittenTopology.Noon.AddSeconds(1));
        var dead = later.With(new ProbeOutcome.Failed(ProbeFailureKind.Refused, "refused"), WrittenTopology.Noon.AddSeconds(2));
        Assert.False(Durability.Of(topology.With(dead), dead, new HashSet<InstanceKey> { topology.Members[1].Key }, topology.Members[1].Current!.AllReceived).IsBroken);
    }

    [Theory]
    [InlineData("10.11.8-MariaDB semi=source:1 clients=1 has=0-1-100", "10.11.8-MariaDB semi=replica has=0-1-60", true)]
    [InlineData("semi=source:1 clients=1 has=A:1-100", "semi=replica has=A:1-100", true)]
    [InlineData("semi=source:1 clients=2 has=A:1-100", "semi=replica has=A:1-100", false)]
    [InlineData("has=A:1-100", "has=A:1-100", false)]
    public void A_promise_is_kept_when_acknowledgements_guarantee_it(string primary, string replica, bool isKept) =>
        Assert.Equal(isKept, OfOne(primary, $"io=connecting err=2003 {replica}").IsKept);

    [Fact]
    public void A_guarantee_says_what_was_compared_and_what_is_not_known()
    {
        var durability = OfOne("semi=source:1 clients=1 has=A:1-100", "io=connecting err=2003 semi=replica has=A:1-100");
        Assert.Equal("", durability.PossiblyLost);
        Assert.Contains("all that was seen on db1:3306 is within reach", durability.Checked, StringComparison.Ordinal);
        Assert.Contains("not known: whether db1:3306 waited until its end", durability.Checked, StringComparison.Ordinal);
    }

    /// <summary>S20: db1 was last seen 9 s ago, waiting; what it did since, nobody knows.</summary>
    [Theory]
    [InlineData(1_000, true)]
    [InlineData(9_000, true)]
    [InlineData(100_000_000, false)]
    public void What_a_primary_may_have_acknowledged_by_itself_since_it_was_last_seen_is_named(long timeout, bool isNamed)
    {
        var durability = OfOne(
            $"semi=source:1 timeout={timeout} clients=1 has=A:1-100", "io=connecting err=2003 semi=replica has=A:1-100");
        Assert.Equal((false, true), (durability.IsBroken, durability.IsKept));
        Assert.Contains("was last seen 9 s before", durability.Checked, StringComparison.Ordinal);
        Assert.Equal(isNamed, durability.PossiblyLost.Contains("goes on without them after", StringComparison.Ordinal));
    }

    /// <summary>S20: nobody knows for how long it had waited when it was last seen.</summary>
    [Theory]
    [InlineData(30_000, 60, true)]
    [InlineData(30_000, 10, false)] // it has not run for so long
    public void A_primary_that_was_seen_without_enough_replicas_may_have_gone_on_soon(long timeout, int uptime, bool isNamed)
    {
        var durability = OfOne(
            $"semi=source:1 timeout={timeout} clients=0 up={uptime} has=A:1-100", "io=connecting err=2003 semi=replica has=A:1-100");
        Assert.Equal(isNamed, durability.PossiblyLost.Contains("with 0 of 1 replicas to give them, 9 s before", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("semi=replica", true)]
    [InlineData("", false)]
    public void What_a_primary_promised_that_was_never_seen_is_not_known(string replica, bool isBroken)
    {
        var topology = WrittenTopology.Read($"db1 rw | never seen\ndb2 ro <db1 {replica}");
        var heir = topology.Members[1];
        var durability = Durability.Of(topology, topology.Members[0], new HashSet<InstanceKey> { heir.Key }, heir.Current!.AllReceived);
        Assert.Equal(isBroken, durability.IsBroken);
        Assert.Contains("was never seen", durability.PossiblyLost, StringComparison.Ordinal);
    }

    private static Durability OfOne(string primary, string replica)
    {
        var topology = WrittenTopology.Read($"db1 rw {primary} | timed out 9.0s\ndb2 ro <db1 {replica}");
        var heir = topology.Members[1];
        return Durability.Of(topology, topology.Members[0], new HashSet<InstanceKey> { heir.Key }, heir.Current!.AllReceived);
    }

    private static Durability Of(int all, int wait, int reachable)
    {
        var replicas = Enumerable.Range(0, all).Select(i => $"db{i + 2} ro <db1 semi=replica{(i < reachable ? "" : " | refused")}");
        var topology = WrittenTopology.Read($"db1 rw semi=source:{wait} clients={all} | refused\n{string.Join('\n', replicas)}");
        return Durability.Of(topology, topology.Members[0], topology.Members.Where(m => m.IsSeen).Select(m => m.Key).ToHashSet(), GtidSet.Empty);
    }
}
