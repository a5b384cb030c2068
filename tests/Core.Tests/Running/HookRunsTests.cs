using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;

namespace OrchestratorFunctions.Core.Tests.Running;

/// <summary>S15: a hook is begun once at most, in order, and a failed one before the plan leaves nothing changed.</summary>
public sealed class HookRunsTests
{
    private const string Dead = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-100
        """;

    private const string Both = "hooks=detection:log,pre-failover:page,post-primary-failover:dns,post-failover:tell,unsuccessful:sorry";

    private static string[] HooksOf(PlayedRun run) => [.. run.Steps.OfType<RunHook>().Select(h => h.Name)];

    [Fact]
    public void Hooks_run_around_the_plan_in_order_each_once()
    {
        var played = new PlayedRun(Dead) { Hooks = Both }.Begin();
        Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
        Assert.Equal(["log", "page", "dns", "tell"], HooksOf(played));
        Assert.Empty(played.Reports);
        var opened = played.Sent.FindIndex(s => s.Step is SetWritable);
        Assert.True(played.Sent.FindIndex(s => s.Step is RunHook { Name: "page" }) < played.Sent.FindIndex(s => s.Step is Fence));
        Assert.True(opened < played.Sent.FindIndex(s => s.Step is RunHook { Name: "dns" }));
        Assert.All(played.Steps.OfType<RunHook>().Where(h => !h.IsBefore), h => Assert.Equal("db2", h.Successor!.Host));
    }

    [Fact]
    public void A_hook_that_says_no_leaves_every_server_and_the_ledger_as_they_were()
    {
        var played = new PlayedRun(Dead, " with db1 RunHook fails at 2") { Hooks = Both }.Begin();
        var why = Assert.IsType<RecoveryOutcome.Abandoned>(played.Recovery.Outcome).Refusal;
        Assert.Contains("pre-failover hook page failed: simulated fault", why.Because, StringComparison.Ordinal);
        Assert.Equal(["log", "page"], HooksOf(played));
        Assert.All(played.Steps, s => Assert.IsType<RunHook>(s));
        Assert.Empty(played.Ledger.Entries);
    }

    [Fact]
    public void It_is_stored_that_a_hook_is_about_to_be_run_before_it_is()
    {
        var begun = new List<bool>();
        var played = new PlayedRun(Dead) { Hooks = "hooks=pre-failover:page" };
        played.SaveTakes = r =>
        {
            begun.Add(r.Stages[^1] is { Stage.Hook: not null, BegunAt: not null });
            Assert.True(begun[^1] || !begun.Contains(true) || r.Stages[^1].Stage.Hook is null);
            return TimeSpan.FromMilliseconds(played.Sent.Count > 0 || begun[^1] ? 10 : 500);
        };
        played.Begin();
        Assert.Contains(true, begun);
        Assert.Equal(TimeSpan.FromMilliseconds(10), played.Sent[0].At);
    }

    [Fact]
    public void Who_takes_up_a_hook_before_the_plan_that_was_begun_does_not_run_it_again()
    {
        var stored = new PlayedRun(Dead) { Hooks = Both }.Begin().StoredAt("hook-pre-failover");
        Assert.NotNull(stored.Stages[^1].BegunAt);
        var taken = new PlayedRun(Dead) { Epoch = 2 }.TakeUp(stored);
        var why = Assert.IsType<RecoveryOutcome.Abandoned>(taken.Recovery.Outcome).Refusal;
        Assert.Contains("it is not known whether the pre-failover hook page ran to its end", why.Because, StringComparison.Ordinal);
        Assert.Empty(taken.Sent);
    }

    [Fact]
    public void Who_takes_up_a_hook_that_nobody_has_begun_runs_it()
    {
        var stored = new PlayedRun(Dead) { Hooks = Both }.Begin().StoredAt("hook-pre-failover");
        stored = stored.WithLast(stored.Stages[^1] with { BegunAt = null });
        var taken = new PlayedRun(Dead) { Epoch = 2 }.TakeUp(stored);
        Assert.IsType<RecoveryOutcome.Promoted>(taken.Recovery.Outcome);
        Assert.Equal(["page", "dns", "tell"], HooksOf(taken));
    }

    [Fact]
    public void Who_takes_up_a_hook_at_the_end_goes_on_with_the_next()
    {
        var run = new PlayedRun(Dead) { Hooks = Both }.Begin();
        var stored = run.StoredAt("hook-post-primary-failover");
        var taken = new PlayedRun(run.World) { Epoch = 2 }.TakeUp(stored);
        Assert.IsType<RecoveryOutcome.Promoted>(taken.Recovery.Outcome);
        Assert.Equal(["tell"], HooksOf(taken));
        Assert.True(taken.Recovery.Last("hook-post-primary-failover")!.IsMaybeBegun);
    }

    /// <summary>On Azure each stage is run by a call of its own.</summary>
    [Fact]
    public void A_hook_is_run_by_the_call_after_the_one_that_planned_it()
    {
        var first = new PlayedRun(Dead) { Hooks = Both, Stages = 0 }.Begin();
        Assert.Equal(RunStop.MoreToDo, first.Stop);
        Assert.Empty(first.Sent);
        var second = new PlayedRun(Dead) { Stages = 1 }.TakeUp(first.Recovery);
        Assert.Equal(RunStop.MoreToDo, second.Stop);
        Assert.Equal(["log"], HooksOf(second));
        Assert.Equal("hook-pre-failover", second.Recovery.Stages[^1].Stage.Name);
        Assert.Null(second.Recovery.Stages[^1].BegunAt);
    }

    [Fact]
    public void A_primary_that_is_back_while_a_hook_runs_is_not_replaced()
    {
        var played = new PlayedRun(Dead.Replace("refused", "timed out 3.0s", StringComparison.Ordinal)) { Hooks = "hooks=pre-failover:page", StepTakes = s => TimeSpan.FromSeconds(s is RunHook ? 60 : 0.02) };
        played.At(TimeSpan.FromSeconds(5), "db1 rw has=A:1-105", "db2 ro <db1 has=A:1-105", "db3 ro <db1 has=A:1-105").Begin();
        Assert.IsType<RecoveryOutcome.Abandoned>(played.Recovery.Outcome);
        Assert.All(played.Steps, s => Assert.IsType<RunHook>(s));
        Assert.InRange(played.Recovery.Stages[0].DoneAt!.Value - played.Recovery.StartedAt, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(8));
    }

    /// <summary>S1, S10: fencing waits for no hook.</summary>
    [Fact]
    public void A_former_primary_that_comes_back_open_is_closed_while_a_hook_runs()
    {
        var played = new PlayedRun(Dead) { Hooks = "hooks=post-failover:slow", StepTakes = s => TimeSpan.FromSeconds(s is RunHook ? 60 : 0.02) };
        played.At(TimeSpan.FromSeconds(10), "db1 rw has=A:1-100").Begin();
        var closed = played.Sent.First(s => s.At > TimeSpan.FromSeconds(10) && s.Step is SetReadOnly or Fence);
        Assert.Equal("db1", closed.Step.Target.Key.Host);
        Assert.InRange(closed.At, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(13));
        Assert.Equal(["slow"], HooksOf(played));
    }

    [Fact]
    public void The_same_while_a_hook_runs_before_the_plan()
    {
        var played = new PlayedRun(Dead + "\ndb9 ro former has=A:1-50") { Hooks = "hooks=pre-failover:slow", StepTakes = s => TimeSpan.FromSeconds(s is RunHook ? 60 : 0.02) };
        played.At(TimeSpan.FromSeconds(10), "db9 rw former has=A:1-50").Begin();
        var closed = played.Sent.First(s => s.Step is SetReadOnly or Fence);
        Assert.Equal("db9", closed.Step.Target.Key.Host);
        Assert.InRange(closed.At, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(13));
    }

    [Fact]
    public void A_successor_that_is_lost_while_a_hook_runs_is_not_waited_for()
    {
        var played = new PlayedRun(Dead) { Hooks = "hooks=post-failover:slow,post-failover:next", StepTakes = s => TimeSpan.FromSeconds(s is RunHook ? 60 : 0.02) };
        played.At(TimeSpan.FromSeconds(10), "db2 rw has=A:1-100 | refused").Begin();
        Assert.IsType<RecoveryOutcome.LostAgain>(played.Recovery.Outcome);
        Assert.Equal(["slow"], HooksOf(played));
        Assert.InRange(played.Recovery.EndedAt!.Value - played.Recovery.StartedAt, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_hook_before_the_plan_ends_with_an_operators_word()
    {
        var played = new PlayedRun(Dead) { Hooks = "hooks=pre-failover:page", StepTakes = _ => TimeSpan.FromSeconds(60) };
        played.Word = new OperatorSignal(SignalKind.Cancel, "dba", "not now", DateTimeOffset.UnixEpoch);
        played.Begin();
        Assert.Contains("cancelled by dba: not now", Assert.IsType<RecoveryOutcome.Abandoned>(played.Recovery.Outcome).Refusal.Because, StringComparison.Ordinal);
        Assert.All(played.Steps, s => Assert.IsType<RunHook>(s));
    }

    [Fact]
    public void A_hook_at_the_end_of_a_plan_has_its_full_time_though_the_plan_was_given_up()
    {
        var played = new PlayedRun(Dead, " with db2 ForgetSource fails; db3 ForgetSource fails")
        {
            Hooks = "hooks=unsuccessful:sorry", StepTakes = s => TimeSpan.FromSeconds(s is RunHook ? 5 : 0.02),
        }.Begin();
        Assert.IsType<RecoveryOutcome.Abandoned>(played.Recovery.Outcome);
        var record = played.Recovery.Last("hook-unsuccessful")!;
        Assert.Equal(StepState.Done, record.Results[0].State);
    }

    [Fact]
    public void A_hook_that_nobody_has_stored_as_begun_is_a_mistake_of_this_program()
    {
        var stored = new PlayedRun(Dead) { Hooks = "hooks=pre-failover:page" }.Begin().StoredAt("hook-pre-failover");
        var record = stored.Stages[^1] with { BegunAt = null };
        var run = new RecoveryRun
        {
            Recovery = stored.WithLast(record), Topology = new PlayedRun(Dead).World, Limits = new RunLimits(), StagesLeft = 1, Involved = [], Kept = new PlayedRun(Dead).World.Ledger, Phase = RunPhase.Running,
        };
        var send = new RecoveryCommand.RunStep(0, 0, record.Stage.Steps[0], run.Topology, TimeSpan.FromSeconds(5), null);
        var failed = RunAssertions.FirstFailed(run, [send], new Moment(DateTimeOffset.UnixEpoch, TimeSpan.Zero, TimeSpan.FromSeconds(5), 1));
        Assert.StartsWith("S15", failed, StringComparison.Ordinal);
        Assert.Equal(PlanKinds.DeadPrimary, stored.Kind);
    }
}
