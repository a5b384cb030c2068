using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <content>What a person stopped (S19).</content>
public sealed partial class FreezeRollbackTests
{
    /// <summary>S6: on MariaDB starting one thread while both stand still empties the relay log.</summary>
    [Theory]
    [InlineData("0-1-8", "sqlerr=1950", true)] // it came back without what the replica has received
    [InlineData("0-1-12", "sqlerr=1950", false)]
    [InlineData("0-1-8", "", false)]
    public void A_receiver_whose_applier_stands_still_with_something_to_apply_is_left_stopped(string back, string applier, bool isLeft)
    {
        const string Version = "10.11.18-MariaDB";
        var begun = Until("freeze", $"db1 {Version} rw has=0-1-9 | refused\ndb2 {Version} ro <db1 io=connecting err=2003 has=0-1-9\ndb3 {Version} ro <db1 io=connecting err=2003 has=0-1-8 got=0-1-9");
        var (because, now) = GivenUp(begun, "", $"db1 {Version} rw has={back}", $"db3 {Version} ro <db1 io=stopped {applier} has=0-1-8 got=0-1-9");
        Assert.Equal(isLeft, because.Contains("db3:3306 is left stopped, because started without its applier", StringComparison.Ordinal));
        Assert.Equal(isLeft, now[Key("db3")]!.Current!.Link!.Receiver == ReplicationThread.Stopped);
    }

    /// <summary>S19: it told nothing while it was to be stopped, and a person had stopped it before.</summary>
    [Theory]
    [InlineData("io=stopped", 0)]
    [InlineData("io=connecting err=2003", 1)]
    public void A_receiver_that_was_not_told_to_stop_is_started_only_when_it_ran_before(string receiver, int starts)
    {
        var topology = WrittenTopology.Read($"""
            db1 rw semi=source:1 clients=2 has=A:1-9 | refused
            db2 ro semi=replica <db1 io=connecting err=2003 has=A:1-9
            db3 ro semi=replica <db1 {receiver} has=A:1-9 |partly: replication
            """);
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        recovery = recovery with { Policy = recovery.Policy with { AllowPossibleLoss = true } };
        var unsent = new StepResult(StepState.Failed, TimeSpan.Zero) { IsRefused = true, WasNotSent = true };
        var done = new StepResult(StepState.Done, TimeSpan.Zero);
        for (var stage = Planner.Next(recovery, topology); ; stage = Planner.Next(recovery, topology))
        {
            var isPointed = stage.Steps.Any(s => s.Step is PointTo);
            // Nobody knows what became of the stage that points it elsewhere.
            StepResult[] results = isPointed ? [] : [.. stage.Steps.Select(s => s.Step.Target.Key.Host == "db3" ? unsent : done)];
            recovery = recovery.With(new StageRecord(stage, 1, WrittenTopology.Noon, [.. results], WrittenTopology.Noon) { WasNotBegun = isPointed });
            if (isPointed) break;
            foreach (var step in stage.Steps.Where(s => s.Step.Target.Key.Host == "db2")) topology = step.Step.Effect(topology);
        }
        var now = WrittenTopology.Read(["db1 rw has=A:1-12", "db2 ro has=A:1-9", "db3 ro semi=replica <db1 io=stopped has=A:1-9"], topology);
        Assert.Equal(starts, Planner.Next(recovery, now).Steps.Count(s => s.Step is StartReplication && s.Step.Target.Key.Host == "db3"));
    }
}
