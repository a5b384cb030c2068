using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Running;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>Its decisions stand in the scenarios dead-primary*.txt, its invariants in the simulation; here are corners of the record.</summary>
public sealed class DeadPrimaryPlannerTests
{
    private static readonly Topology Start = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9\ndb3 ro <db1 io=connecting has=A:1-9");

    private static (Recovery Recovery, SimulatedFleet Fleet) Until(string stage, string? written = null)
    {
        var fleet = new SimulatedFleet(written is null ? Start : WrittenTopology.Read(written));
        var recovery = PlannerTests.Recovery(fleet.Now, PlanKinds.DeadPrimary, "db1");
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Stages[^1].Stage.Name != stage);
        return (recovery, fleet);
    }

    private static Topology Without(Topology topology, string key) => new(topology.Cluster, topology.TakenAt, topology.Members.Where(m => m.Key.Host != key));

    [Fact]
    public void A_candidate_that_was_forgotten_before_its_promotion_is_replaced()
    {
        var (recovery, fleet) = Until("catch-up", "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-8 got=A:1-9\ndb3 ro <db1 io=connecting has=A:1-8 got=A:1-9");
        Assert.Equal("db3", Planner.Next(recovery, Without(fleet.Now, "db2")).Choice?.Candidate.Host);
    }

    /// <summary>S9: the process that stored the first stage was lost before it sent a step of it.</summary>
    [Fact]
    public void A_fence_that_was_stored_and_maybe_not_sent_is_sent_before_another_server_is_opened()
    {
        var seed = PlannerTests.Recovery(Start, PlanKinds.DeadPrimary, "db1");
        var lost = seed.With(new StageRecord(Planner.Next(seed, Start), 1, WrittenTopology.Noon, []) { DoneAt = WrittenTopology.Noon });
        var ended = Rehearsal.Run(lost, new SimulatedFleet(Start));
        Assert.Equal(("promoted", 2), (ended.Outcome!.Name, ended.Stages.SelectMany(s => s.Stage.Steps).Count(s => s.Step is Fence)));
    }

    /// <summary>S1, S18: it restarted without read_only, and cut from its source it would be a second writer without a decision.</summary>
    [Fact]
    public void A_candidate_that_accepts_writes_is_closed_before_it_is_cut_from_its_source()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb2 rw <db1 io=connecting has=A:1-9");
        var recovery = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), new SimulatedFleet(topology));
        Assert.IsType<RecoveryOutcome.Promoted>(recovery.Outcome);
        var steps = recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).ToList();
        var key = WrittenTopology.Key("db2");
        Assert.Equal(
            [typeof(SetReadOnly), typeof(ForgetSource), typeof(SetWritable)],
            steps.Where(s => s.Target.Key == key && s is SetReadOnly or ForgetSource or SetWritable).Select(s => s.GetType()));
    }

    [Fact]
    public void A_plan_that_does_not_end_is_given_up_and_undone()
    {
        var (recovery, fleet) = Until("freeze");
        var wait = new PlanStage("catch-up", "", []);
        for (var i = 0; i < RecoveryPolicy.StageLimit; i++) recovery = recovery.With(new StageRecord(wait, 1, Start.TakenAt, [], Start.TakenAt));
        recovery = Rehearsal.Run(recovery, fleet);
        Assert.Contains("did not end within", recovery.Outcome!.Says, StringComparison.Ordinal);
        Assert.All(fleet.Now.ReplicasOf(Start.Members[0].Key), r => Assert.NotEqual(ReplicationThread.Stopped, r.Current!.Link!.Receiver));
    }

    [Fact]
    public void A_promotion_reached_at_the_stage_limit_is_a_promotion()
    {
        var (recovery, fleet) = Until("promote");
        var filler = new StageRecord(new PlanStage("catch-up", "", []), 1, Start.TakenAt, [], Start.TakenAt);
        recovery = recovery with { Stages = [.. Enumerable.Repeat(filler, RecoveryPolicy.StageLimit), .. recovery.Stages] };
        Assert.IsType<RecoveryOutcome.Promoted>(Rehearsal.Run(recovery, fleet).Outcome);
    }

    [Fact]
    public void The_setting_that_would_change_it_is_told_to_machines_too()
    {
        var topology = WrittenTopology.Read("db1 rw semi=source:1 clients=2 | refused\ndb2 ro <db1 io=connecting semi=replica\ndb3 ro <db1 semi=replica | refused");
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), new SimulatedFleet(topology));
        Assert.StartsWith("Recovery:AllowPossibleLoss", Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Remedy, StringComparison.Ordinal);
    }

    /// <summary>S5: two servers accepted writes; one restarted read-only, so the other one is the primary, and that one died.</summary>
    [Theory]
    [InlineData("A:1-43", RoleBeforeRestart.Writer, false, false)]
    [InlineData("A:1-43", RoleBeforeRestart.Writer, true, true)] // loss is allowed, and named
    [InlineData("A:1-42", RoleBeforeRestart.Writer, false, true)] // nothing is there that is not here
    [InlineData("A:1-43", null, false, true)] // a person closed it, and knew why
    public void What_another_writer_had_before_its_restart_is_not_left_behind(string had, RoleBeforeRestart? role, bool isAllowed, bool isPromoted)
    {
        var topology = WrittenTopology.Read($"db1 ro has={had}\ndb3 ro <db1 has={had}\ndb2 rw has=A:1-42,B:1-27 | refused\ndb4 ro <db2 io=connecting err=2003 has=A:1-42,B:1-27");
        var (other, own) = (topology.Members[0], topology.Members[0].Current!);
        topology = topology.With(other.With(new ProbeOutcome.Seen(own with { ClosedByRestart = role }), topology.TakenAt));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db2");
        recovery = recovery with { Policy = recovery.Policy with { AllowPossibleLoss = isAllowed } };
        var ended = Rehearsal.Run(recovery, new SimulatedFleet(topology));
        Assert.Equal(isPromoted, ended.Outcome is RecoveryOutcome.Promoted);
        var isNamed = $"{ended.Outcome!.Says} {ended.Choice?.PossiblyLost}".Contains(":43 is on db1:3306, which was a writer too", StringComparison.Ordinal);
        Assert.Equal(had == "A:1-43" && role is not null, isNamed);
    }

    /// <summary>
    /// S5: the successor was lost before anybody knew whether it was opened, and the old primary went on meanwhile.
    /// </summary>
    [Theory]
    [InlineData("A:1-92", "r0", false, false)]
    [InlineData("A:1-92", "r0", true, true)]
    [InlineData("A:1-23", "r0", false, true)]
    [InlineData("A:1-92", "earlier", false, true)] // what it lost with an earlier failover was said then
    [InlineData("A:1-92 | refused", "r0", false, true)] // what died with it was said by the recovery that replaced it
    public void What_the_primary_before_a_lost_successor_wrote_is_not_left_behind(string had, string replacedBy, bool isAllowed, bool isPromoted)
    {
        var topology = WrittenTopology.Read($"db1 ro former has={had}\ndb2 ro has=A:1-23 | refused\ndb3 ro <db2 io=connecting err=2003 has=A:1-23").With(Ledger.Empty
            .With(new LedgerEntry.FormerPrimary(WrittenTopology.Key("db1"), replacedBy, WrittenTopology.Noon))
            .With(new LedgerEntry.MaybeOpen(WrittenTopology.Key("db2"), "r0", WrittenTopology.Noon)));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db2");
        recovery = recovery with { Policy = recovery.Policy with { AllowPossibleLoss = isAllowed } };
        var ended = Rehearsal.Run(recovery, new SimulatedFleet(topology));
        Assert.Equal(isPromoted, ended.Outcome is RecoveryOutcome.Promoted);
        var isNamed = $"{ended.Outcome!.Says} {ended.Choice?.PossiblyLost}".Contains(":24-92 is on db1:3306, which was the writer when", StringComparison.Ordinal);
        Assert.Equal((had, replacedBy) == ("A:1-92", "r0"), isNamed);
    }

    [Fact]
    public void A_cluster_that_asks_first_stands_still_before_its_siblings_are_moved()
    {
        var (recovery, fleet) = Asking();
        Assert.True(recovery.AwaitsApproval);
        Assert.Equal(recovery.Stages[^1].Stage with { Choice = null }, Planner.Next(recovery, fleet.Now));
        Assert.DoesNotContain(recovery.Stages, s => s.Stage.Steps.Any(p => p.Step is PointTo or ForgetSource or SetWritable));
    }

    [Fact]
    public void An_approved_candidate_is_promoted_and_the_record_says_by_whom()
    {
        var (recovery, fleet) = Asking();
        var ended = Rehearsal.Run(recovery.WithSignal(new OperatorSignal(SignalKind.Approve, "dana", "", Start.TakenAt)), fleet);
        Assert.Equal("db2", Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome).Key.Host);
        Assert.Contains("> approved by dana", RecoveryText.Tell(ended), StringComparison.Ordinal);
    }

    [Fact]
    public void An_approval_is_for_one_candidate_the_next_one_is_asked_about_again()
    {
        var (recovery, fleet) = Asking();
        recovery = recovery.WithSignal(new OperatorSignal(SignalKind.Approve, "dana", "", Start.TakenAt));
        var without = WrittenTopology.Read(["db2 | refused"], fleet.Now);
        var stage = Planner.Next(recovery, without);
        Assert.True(stage.AwaitsApproval);
        Assert.Equal("db3", stage.Choice?.Candidate.Host);
    }

    [Fact]
    public void A_question_nobody_answers_is_given_up_and_undone_naming_the_setting()
    {
        var (recovery, fleet) = Asking();
        var late = new Topology(Start.Cluster, Start.TakenAt + RecoveryPolicy.Default.ApprovalTimeout, fleet.Now.Members);
        var stage = Planner.Next(recovery, late);
        Assert.Equal("reopen", stage.Name);
        Assert.Contains("Recovery:ApprovalTimeout", stage.Refusal!.Remedy, StringComparison.Ordinal);
        Assert.All(stage.Steps, s => Assert.IsType<StartReplication>(s.Step));
    }

    [Fact]
    public void A_primary_that_comes_back_while_an_operator_is_asked_ends_the_plan()
    {
        var (recovery, fleet) = Asking();
        var back = WrittenTopology.Read(["db1 | seen"], fleet.Now);
        Assert.Contains("answers again", Planner.Next(recovery, back).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_former_primary_that_comes_back_open_while_an_operator_is_asked_is_closed_and_the_question_stands()
    {
        var (recovery, fleet) = Asking();
        fleet = new SimulatedFleet(WrittenTopology.Read(["db0 rw former has=A:1-5"], fleet.Now));
        recovery = Rehearsal.RunStage(recovery.WithLast(recovery.Stages[^1] with { DoneAt = Start.TakenAt }), fleet);
        Assert.Equal(("close", new SetReadOnly(WrittenTopology.Key("db0"))), (recovery.Stages[^1].Stage.Name, Assert.Single(recovery.Stages[^1].Stage.Steps).Step));
        Assert.True(Planner.Next(recovery, fleet.Now).AwaitsApproval);
    }

    [Fact]
    public void Nothing_is_promoted_beside_a_former_primary_that_cannot_be_closed()
    {
        var topology = WrittenTopology.Read("db0 rw former has=A:1-5\ndb1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9\ndb3 ro <db1 io=connecting has=A:1-9");
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("rehearse with db0 SetReadOnly fails"));
        var ended = Rehearsal.Run(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), fleet);
        Assert.Contains("db0:3306 accepts writes and could not be made read-only", Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Because, StringComparison.Ordinal);
        Assert.DoesNotContain(fleet.Now.Members, m => m.Key.Host is "db2" or "db3" && m.Current is { ReadOnly: false });
    }

    [Fact]
    public void A_cancelled_recovery_undoes_what_it_did()
    {
        var (recovery, fleet) = Until("freeze");
        var ended = Rehearsal.Run(recovery.WithSignal(new OperatorSignal(SignalKind.Cancel, "dana", "the rack is being moved", Start.TakenAt)), fleet);
        Assert.StartsWith("cancelled by dana: the rack is being moved", Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Because, StringComparison.Ordinal);
        Assert.All(fleet.Now.ReplicasOf(Start.Members[0].Key), r => Assert.NotEqual(ReplicationThread.Stopped, r.Current!.Link!.Receiver));
    }

    private static (Recovery Recovery, SimulatedFleet Fleet) Asking()
    {
        var fleet = new SimulatedFleet(Start);
        var recovery = PlannerTests.Recovery(Start, PlanKinds.DeadPrimary, "db1");
        recovery = Rehearsal.RunStage(recovery with { Policy = recovery.Policy with { ApproveClusters = ["c-*"] } }, fleet);
        return (recovery.With(new StageRecord(Planner.Next(recovery, fleet.Now), 1, Start.TakenAt, [])), fleet);
    }

    [Fact]
    public void A_replica_that_came_back_with_its_receiver_running_is_frozen_before_it_counts()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting has=A:1-9\ndb3 ro <db1 io=connecting has=A:1-9 | refused");
        var fleet = new SimulatedFleet(topology);
        var recovery = Rehearsal.RunStage(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), fleet);
        var back = WrittenTopology.Read(["db3 | seen"], fleet.Now);
        var stage = Planner.Next(recovery, back);
        Assert.Equal(("freeze", new StopReceiving(WrittenTopology.Key("db3"))), (stage.Name, Assert.Single(stage.Steps).Step));
    }

    /// <summary>S20: it is cut off from everybody, and the failover takes longer than its semi-sync timeout.</summary>
    [Theory]
    [InlineData(0.01, "")]
    [InlineData(4.2, "goes on without them after 5 s")]
    public void What_the_old_primary_may_have_acknowledged_alone_meanwhile_is_named(double saving, string says)
    {
        const string servers = "db1 rw semi=source:1 clients=2 timeout=5000 has=A:1-9 | refused\n"
            + "db2 ro <db1 io=connecting err=2003 semi=replica has=A:1-8 got=A:1-9\n"
            + "db3 ro <db1 io=connecting err=2003 semi=replica has=A:1-8 got=A:1-9";
        var played = new PlayedRun(servers) { SaveTakes = _ => TimeSpan.FromSeconds(saving) }.Begin();
        Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
        Assert.Contains(says, played.Recovery.Choice!.PossiblyLost, StringComparison.Ordinal);
        Assert.Equal(says.Length > 0, played.Recovery.Choice.PossiblyLost.Length > 0);
    }

    /// <summary>S8: it was found dead, storing that took some seconds, and it came back where only a replica hears it.</summary>
    [Theory]
    [InlineData("quiet=0.4 beat=1", true)]
    [InlineData("quiet=5 beat=1", false)]
    [InlineData("beat=1", false)] // it cannot be told
    public void A_primary_that_a_replica_has_just_heard_is_not_replaced(string link, bool isHeard)
    {
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9 | timed out 9s\ndb2 ro <db1 has=A:1-9 {link}");
        var stage = Planner.Next(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1"), topology);
        Assert.Equal(isHeard, stage.Because.Contains("db2:3306 hears from db1:3306", StringComparison.Ordinal));
    }
}
