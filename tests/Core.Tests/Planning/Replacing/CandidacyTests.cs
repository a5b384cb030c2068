using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>A fault of one candidate costs that candidacy, not the recovery (L8), and never makes a second writer (S1).</summary>
public sealed class CandidacyTests
{
    private const string Two = "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9\ndb3 ro <db1 io=connecting err=2003 has=A:1-9";

    private static (Recovery Ended, SimulatedFleet Fleet) Rehearse(string written, string faults = "", string? to = null, RecoveryPolicy? policy = null)
    {
        var topology = WrittenTopology.Read(written);
        var fleet = new SimulatedFleet(topology, faults.Length == 0 ? [] : WrittenFault.ReadAll($"x with {faults}"));
        var seed = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        return (Rehearsal.Run(seed with { Target = to is null ? null : WrittenTopology.Key(to), Policy = policy ?? seed.Policy }, fleet), fleet);
    }

    private static string Story(Recovery ended) => WrittenTopology.Shorten(RecoveryText.Tell(ended));

    private static void AssertPromoted(string host, Recovery ended) =>
        Assert.True(ended.Outcome is RecoveryOutcome.Promoted promoted && promoted.Key.Host == host, Story(ended));

    private static string Said(Recovery ended, string host) =>
        string.Join("; ", ended.Choice!.Judgements.Where(j => j.Key.Host == host).Select(j => j.Says));

    [Fact]
    public void A_candidate_that_cannot_be_prepared_is_passed_over_with_its_servers_words()
    {
        var (ended, fleet) = Rehearse(Two, "db2 ForgetSource fails");
        AssertPromoted("db3", ended);
        Assert.Equal("could not be prepared: simulated fault", Said(ended, "db2"));
        Assert.Equal("db3", fleet.Now[WrittenTopology.Key("db2")]!.Current!.Link!.Source.Host);
        Assert.Single(ended.Stages, s => s.Stage.Steps.Any(p => p.Step is ForgetSource { Target.Key.Host: "db2" }));
    }

    /// <summary>S6: on MariaDB starting one thread while both stand still empties the relay log.</summary>
    [Theory]
    [InlineData("db3 {0} ro <db1 io=stopped has=0-1-9", false, "db3")]
    [InlineData("db3 {0} ro <db1 io=stopped rule=must_not has=0-1-9", false, null)]
    [InlineData("db3 {0} ro <db1 io=stopped rule=must_not has=0-1-9", true, "db2")] // a loss is allowed
    public void A_candidate_whose_applier_a_person_stopped_when_it_stood_still_is_not_started(string other, bool mayLose, string? promoted)
    {
        const string Version = "10.11.18-MariaDB";
        var topology = WrittenTopology.Read($"db1 {Version} rw has=0-1-9 | refused\ndb2 {Version} ro <db1 io=connecting err=2003 rule=prefer has=0-1-8 got=0-1-9\ndb3 {Version} ro <db1 io=connecting err=2003 has=0-1-9");
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        recovery = recovery with { Policy = recovery.Policy with { AllowPossibleLoss = mayLose } };
        var fleet = new SimulatedFleet(topology);
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Stages[^1].Stage.Name != "freeze");
        string[] since = [$"db2 {Version} ro <db1 io=stopped sql=stopped rule=prefer has=0-1-8 got=0-1-9", string.Format(System.Globalization.CultureInfo.InvariantCulture, other, Version)];
        var ended = Rehearsal.Run(recovery, new SimulatedFleet(WrittenTopology.Read(since, fleet.Now)));
        Assert.Equal(promoted, (ended.Outcome as RecoveryOutcome.Promoted)?.Key.Host);
        Assert.Equal(mayLose, ended.Stages.SelectMany(s => s.Stage.Steps).Any(s => s.Step is StartReplication { Target.Key.Host: "db2" }));
    }

    [Fact]
    public void A_candidate_whose_statements_time_out_is_passed_over_at_once_while_another_is_ready()
    {
        var (ended, _) = Rehearse(Two, "db2 ForgetSource times out");
        AssertPromoted("db3", ended);
        Assert.Single(ended.Stages, s => s.Stage.Steps.Any(p => p.Step is ForgetSource { Target.Key.Host: "db2" }));
    }

    [Fact]
    public void The_only_candidate_is_tried_again()
    {
        var (ended, _) = Rehearse("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9", "db2 ForgetSource fails at 3");
        AssertPromoted("db2", ended);
    }

    [Fact]
    public void A_candidate_that_cannot_fetch_what_it_lacks_is_passed_over()
    {
        var (ended, _) = Rehearse(
            "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 rule=prefer has=A:1-5\ndb3 ro <db1 io=connecting err=2003 has=A:1-9", "db2 PointTo fails");
        AssertPromoted("db3", ended);
        Assert.Equal("could not be pointed to db3:3306: simulated fault", Said(ended, "db2"));
    }

    private const string Lagging = "db1 rw dc=ams has=A:1-100 | refused\ndb2 ro <db1 io=connecting err=2003 dc=ams has=A:1-90 got=A:1-100 lag=10\n";

    [Fact]
    public void A_candidate_that_does_not_catch_up_is_waited_for_some_seconds_while_another_is_ready()
    {
        var (ended, _) = Rehearse(Lagging + "db3 ro <db1 io=connecting err=2003 dc=fra has=A:1-100", "db2 WaitUntilApplied times out");
        AssertPromoted("db3", ended);
        var wait = Assert.Single(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step is WaitUntilApplied);
        Assert.True(wait.Timeout <= RecoveryPolicy.Default.StepTimeout, $"{wait.Timeout}");
        Assert.StartsWith("did not apply A:1-100", WrittenTopology.Shorten(Said(ended, "db2")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_is_waited_for_in_turns_while_another_may_become_ready()
    {
        var (ended, _) = Rehearse(
            Lagging + "db3 ro <db1 io=connecting err=2003 dc=fra has=A:1-90 got=A:1-100 lag=10", "db2 WaitUntilApplied times out");
        AssertPromoted("db3", ended);
        Assert.All(ended.Stages.SelectMany(s => s.Stage.Steps).Where(s => s.Step is WaitUntilApplied { Target.Key.Host: "db2" }),
            s => Assert.True(s.Timeout <= TimeSpan.FromMinutes(1), $"{s.Timeout}"));
    }

    [Fact]
    public void The_only_one_that_can_catch_up_gets_all_its_time()
    {
        var (ended, _) = Rehearse(Lagging, "db2 WaitUntilApplied times out");
        var waits = ended.Stages.SelectMany(s => s.Stage.Steps).Where(s => s.Step is WaitUntilApplied).ToArray();
        Assert.Equal(RecoveryPolicy.Default.Attempts, waits.Length);
        Assert.All(waits, w => Assert.Equal(RecoveryPolicy.Default.ApplyTimeout, w.Timeout));
        Assert.Contains("db2:3306 did not apply", Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replica_that_is_preferred_not_to_become_primary_is_no_reason_for_haste()
    {
        var (ended, _) = Rehearse(Lagging + "db3 ro <db1 io=connecting err=2003 dc=ams rule=prefer_not has=A:1-100", "db2 WaitUntilApplied times out at 4");
        AssertPromoted("db2", ended);
    }

    [Fact]
    public void A_candidate_whose_server_refuses_to_open_is_passed_over_and_follows_the_next_one()
    {
        var (ended, fleet) = Rehearse(Two + "\ndb4 ro <db1 io=connecting err=2003 has=A:1-9", "db2 SetWritable fails");
        AssertPromoted("db3", ended);
        Assert.Equal("could not be made writable: simulated fault", Said(ended, "db2"));
        Assert.Equal(["db2", "db4"], fleet.Now.ReplicasOf(WrittenTopology.Key("db3")).Select(r => r.Key.Host));
        Assert.Empty(((RecoveryOutcome.Promoted)ended.Outcome!).Lost);
    }

    [Fact]
    public void Nobody_else_is_opened_where_it_is_not_known_whether_the_candidate_was()
    {
        var (ended, fleet) = Rehearse(Two, "db2 SetWritable times out");
        Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome);
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step is SetWritable { Target.Key.Host: "db3" });
        Assert.True(fleet.Now[WrittenTopology.Key("db3")]!.Current!.ReadOnly);
    }

    [Fact]
    public void One_refusal_among_silences_proves_nothing()
    {
        var (ended, _) = Rehearse(Two, "db2 SetWritable times out at 5; db2 SetWritable fails at 7; db2 SetWritable fails at 8");
        Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome);
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step is SetWritable { Target.Key.Host: "db3" });
    }

    [Fact]
    public void When_every_server_refuses_the_cluster_is_put_back_so_that_it_is_tried_again()
    {
        var (ended, fleet) = Rehearse(Two, "db2 SetWritable fails; db3 SetWritable fails");
        var because = Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Because;
        Assert.Contains("db2:3306 could not be made writable", because, StringComparison.Ordinal);
        Assert.Contains("db3:3306 could not be made writable", because, StringComparison.Ordinal);
        Assert.Contains(Analyzer.Analyze(fleet.Now), a => a.Key.Host == "db1" && a.IsActionable);
    }

    [Fact]
    public void Another_candidate_is_not_opened_beside_one_that_somebody_opened_by_hand()
    {
        var topology = WrittenTopology.Read(["db3 ro <db1 io=connecting err=2003 has=A:1-8 got=A:1-9"], WrittenTopology.Read(Two));
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db2 SetWritable fails"));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Choice?.Candidate.Host != "db3");
        var ended = Rehearsal.Run(recovery, new SimulatedFleet(WrittenTopology.Read(["db2 rw has=A:1-9"], fleet.Now)));
        Assert.Contains("db2:3306 was made writable by somebody else", Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_that_was_told_to_wait_acknowledges_again_when_it_is_passed_over()
    {
        var (ended, fleet) = Rehearse(
            "db1 rw has=A:1-9 semi=source:1 clients=2 | refused\ndb2 ro <db1 io=connecting err=2003 semi=replica has=A:1-9\ndb3 ro <db1 io=connecting err=2003 semi=replica has=A:1-9",
            "db2 ForgetSource fails");
        AssertPromoted("db3", ended);
        var passedOver = fleet.Now[WrittenTopology.Key("db2")]!.Current!;
        Assert.Equal(("db3", true, false), (passedOver.Link!.Source.Host, passedOver.SemiSync.ReplicaEnabled, passedOver.SemiSync.SourceEnabled));
        Assert.Equal((true, 1), (fleet.Now[WrittenTopology.Key("db3")]!.Current!.SemiSync.SourceEnabled, fleet.Now[WrittenTopology.Key("db3")]!.Current!.SemiSync.WaitForReplicas));
    }

    [Fact]
    public void As_many_candidates_are_asked_as_there_are()
    {
        var written = "db1 rw has=A:1-9 | refused\n" + string.Join('\n', Enumerable.Range(2, 6).Select(i => $"db{i} ro <db1 io=connecting err=2003 has=A:1-9"));
        var (ended, _) = Rehearse(written, string.Join("; ", Enumerable.Range(2, 5).Select(i => $"db{i} SetWritable fails")));
        AssertPromoted("db7", ended);
    }

    [Fact]
    public void An_operators_own_choice_that_fails_is_not_replaced_by_another()
    {
        var (ended, _) = Rehearse(Two, "db2 ForgetSource fails", to: "db2");
        var because = Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome).Refusal.Because;
        Assert.StartsWith("db2:3306 could not be prepared: simulated fault", because, StringComparison.Ordinal);
        Assert.DoesNotContain("db3:3306 could", because, StringComparison.Ordinal);
    }

    /// <summary>S5: what the failed one has and nobody else is fetched from it.</summary>
    [Fact]
    public void The_next_candidate_gets_what_only_the_failed_one_had()
    {
        var (ended, fleet) = Rehearse(
            "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9\ndb3 ro <db1 io=connecting err=2003 has=A:1-5", "db2 SetWritable fails");
        AssertPromoted("db3", ended);
        Assert.True(fleet.Now[WrittenTopology.Key("db3")]!.Current!.Gtid.Executed.Contains(WrittenTopology.Read("x has=A:1-9").Members[0].Current!.Gtid.Executed), Story(ended));
    }

    /// <summary>S10: the failed one follows the next one already, which has to fetch from it.</summary>
    [Fact]
    public void Two_that_need_each_other_do_not_become_a_ring()
    {
        var topology = WrittenTopology.Read(
            "db1 rw has=A:1-9,G:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 rule=prefer has=A:1-9,G:1-5\ndb3 ro <db1 io=connecting err=2003 has=A:1-5,G:1-9");
        var fleet = new SimulatedFleet(topology, WrittenFault.ReadAll("x with db2 WaitUntilApplied times out; db2 ForgetSource fails"));
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        while (!recovery.IsEnded)
        {
            recovery = Rehearsal.RunStage(recovery, fleet);
            Assert.True(fleet.Now.CoPrimaries.IsEmpty, Story(recovery));
        }
        AssertPromoted("db3", recovery);
    }

    /// <summary>S19: the candidate fetches from it what it has applied; a person keeps the rest out.</summary>
    [Theory]
    [InlineData("sql=stopped", ReplicationThreads.Receiver)]
    [InlineData("", ReplicationThreads.Both)]
    public void One_that_is_untied_from_the_candidate_applies_only_when_it_did(string applier, ReplicationThreads threads)
    {
        var (ended, _) = Rehearse($"db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-5\ndb3 ro <db2 {applier} rule=must_not has=A:1-9");
        AssertPromoted("db2", ended);
        var pointed = ended.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<PointTo>().Where(p => p.Target.Key.Host == "db3").ToArray();
        Assert.Equal("db1", pointed[0].Source.Host);
        Assert.All(pointed, p => Assert.Equal(threads, p.Threads));
    }
}
