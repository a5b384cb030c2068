using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Running;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>What others than the dead primary have acknowledged counts too.</summary>
public sealed class CandidateSearchTests
{
    /// <summary>S5: a former primary came back open, and is written to until the plan has closed it.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData(",C:1-2", false)]
    public void What_a_former_primary_acknowledged_until_it_was_closed_is_not_left_behind(string written, bool isPromoted)
    {
        const string servers = "db1 rw has=A:1-48 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-48\ndb3 rw has=A:1-48";
        var ledger = Ledger.Empty.With(new LedgerEntry.FormerPrimary(WrittenTopology.Key("db3"), "r0", WrittenTopology.Noon))
            .With(new LedgerEntry.MaybeOpen(WrittenTopology.Key("db1"), "r0", WrittenTopology.Noon));
        var played = new PlayedRun(WrittenTopology.Read(servers).With(ledger));
        played.At(TimeSpan.FromMilliseconds(30), $"db3 rw has=A:1-48{written}").Begin();
        Assert.Contains(played.Recovery.Stages, s => s.Stage.Name == "close");
        Assert.Equal(isPromoted, played.Recovery.Outcome is RecoveryOutcome.Promoted);
        if (isPromoted) return;
        Assert.StartsWith("Recovery:AllowPossibleLoss", Assert.IsType<RecoveryOutcome.Abandoned>(played.Recovery.Outcome).Refusal.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(played.Steps, s => s is SetWritable { Target.Key.Host: "db2" });
    }

    /// <summary>S5: a switch that was given up closed it, and the primary of today opened itself.</summary>
    [Theory]
    [InlineData("has=A:1-38", false)]
    [InlineData("has=A:1-35", true)]
    public void What_was_written_to_a_server_that_a_recovery_closed_is_not_left_behind(string closed, bool isPromoted)
    {
        var topology = WrittenTopology.Read(
            $"db1 rw has=A:1-35,E:1 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-35,E:1\ndb3 ro {closed}");
        var owed = new LedgerEntry.Closed(WrittenTopology.Key("db3"), "r0", WrittenTopology.Noon);
        var played = new PlayedRun(topology.With(Ledger.Empty.With(owed))).Begin();
        Assert.Equal(isPromoted, played.Recovery.Outcome is RecoveryOutcome.Promoted);
        if (!isPromoted) Assert.Contains("A:36-38", WrittenTopology.Shorten(played.Recovery.Outcome!.Says), StringComparison.Ordinal);
    }

    /// <summary>
    /// The same on MariaDB, where the primary of today was rebuilt and does not list those that wrote before.
    /// </summary>
    [Theory]
    [InlineData("0-1-35,0-2-40", true)]
    [InlineData("0-1-35,0-3-38", false)] // it wrote that itself, be the number passed meanwhile
    [InlineData("0-1-35,0-2-41", false)]
    public void What_others_wrote_below_the_position_of_a_rebuilt_MariaDb_primary_is_history(string had, bool isPromoted)
    {
        const string Maria = "10.11.8-MariaDB";
        var topology = WrittenTopology.Read($"db1 {Maria} rw id=2 has=0-2-40 | refused\n"
            + $"db2 {Maria} ro id=4 <db1 io=connecting err=2003 has=0-2-40\ndb3 {Maria} ro id=3 has={had}");
        var owed = new LedgerEntry.Closed(WrittenTopology.Key("db3"), "r0", WrittenTopology.Noon);
        var played = new PlayedRun(topology.With(Ledger.Empty.With(owed))).Begin();
        Assert.Equal(isPromoted, played.Recovery.Outcome is RecoveryOutcome.Promoted);
    }

    /// <summary>S5: somebody opened a replica by hand; it restarted closed, and follows nobody.</summary>
    [Theory]
    [InlineData("db3 ro has=A:1-42,C:1-24", false, "A:30-42 is on db3:3306, and db1:3306 had it too")]
    [InlineData("db3 ro has=A:1-29,C:1-24", false, null)]
    [InlineData("db3 ro has=A:1-42,C:1-24", true, null)]
    public void What_a_server_that_follows_it_no_more_had_from_the_dead_primary_is_not_left_behind(
        string aside, bool isLossAllowed, string? because)
    {
        var topology = WrittenTopology.Read($"db1 rw has=A:1-20 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-29\n{aside}");
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        recovery = recovery with { Policy = recovery.Policy with { AllowPossibleLoss = isLossAllowed } };
        var ended = Rehearsal.Run(recovery, new SimulatedFleet(topology));
        var why = (ended.Outcome as RecoveryOutcome.Abandoned)?.Refusal.Because;
        Assert.Equal(because, why is null ? null : WrittenTopology.Shorten(why));
        if (isLossAllowed) Assert.Contains("A:30-42 is on db3", WrittenTopology.Shorten(ended.Choice!.PossiblyLost), StringComparison.Ordinal);
    }

    /// <summary>S4: db3 gave the last acknowledgements until somebody opened it by hand, and db4's receiver stood still.</summary>
    [Theory]
    [InlineData("io=stopped", 2, true)]
    [InlineData("io=stopped", 1, false)]
    [InlineData("io=connecting err=2003", 2, false)]
    public void A_replica_whose_receiver_a_person_had_stopped_vouches_for_no_acknowledgement(string receiver, int clients, bool isHeld)
    {
        var topology = WrittenTopology.Read($"db1 rw semi=source:1 clients={clients} has=A:1-20 | refused\ndb2 ro <db1 io=connecting err=2003 semi=replica has=A:1-20\n"
            + $"db4 ro <db1 {receiver} semi=replica has=A:1-5");
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        var ended = Rehearsal.Run(recovery with { Policy = recovery.Policy with { AllowPossibleLoss = false } }, new SimulatedFleet(topology));
        Assert.Equal(isHeld, ended.Outcome is RecoveryOutcome.Abandoned);
        if (isHeld) Assert.Contains("an unknown replica may hold acknowledged transactions nobody else has", ended.Outcome!.Says, StringComparison.Ordinal);
    }

    /// <summary>S5: the replica that is back was away when its primary took over, and the one before it is reachable.</summary>
    [Theory]
    [InlineData("A:1-42", "A:39-42 is on db1:3306, and db2:3306 had it too")]
    [InlineData("A:1-38,A:43-45", null)]
    public void What_the_former_primary_and_the_dead_one_both_had_is_not_left_behind(string former, string? because)
    {
        var topology = WrittenTopology.Read($"db1 ro has={former}\ndb2 rw has=A:1-42 | refused\ndb3 ro <db2 io=connecting err=2003 has=A:1-38");
        topology = topology.With(Ledger.Empty.With(new LedgerEntry.FormerPrimary(WrittenTopology.Key("db1"), "r0", WrittenTopology.Noon)));
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db2"), new SimulatedFleet(topology));
        var why = (ended.Outcome as RecoveryOutcome.Abandoned)?.Refusal.Because;
        Assert.Equal(because, why is null ? null : WrittenTopology.Shorten(why));
    }
}
