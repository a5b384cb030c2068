using System.Text.Json;
using OrchestratorFunctions.App.Recoveries;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.App.Tests.Recoveries;

public sealed class RecoveryOrchestrationsTests
{
    private static readonly OrchestrationInput Order = new("f1", "c-1", "{}");
    private static readonly StageReport Ended = new(nameof(RunStatus.Ended), "promoted", "", "db2 is the primary");

    [Fact]
    public async Task A_recovery_is_driven_stage_by_stage_to_its_end_and_says_where_it_stands()
    {
        var context = Context(More("freeze"), More("prepare"), More("promote"), Ended);
        var report = await RecoveryOrchestrations.RecoverClusterAsync(context);

        Assert.Equal(Ended, report);
        Assert.Equal([Names.BeginRecovery, Names.RunStage, Names.RunStage, Names.RunStage], Activities(context));
        Assert.Equal(["freeze", "prepare", "promote", "promoted"], context.Statuses.Select(s => JsonSerializer.Deserialize<StageReport>(s)!.Stage));
        Assert.Empty(context.Timers);
        Assert.All(context.Options, o => Assert.NotNull(o?.Retry?.Policy));
    }

    [Fact]
    public async Task A_plan_of_an_operator_is_begun_already_and_goes_on_the_same_way()
    {
        var context = Context(More("gather"), Ended);
        await RecoveryOrchestrations.RunPlanAsync(context);
        Assert.Equal([Names.RunStage, Names.RunStage], Activities(context));
    }

    [Fact]
    public async Task While_another_process_runs_it_the_orchestration_waits_and_begins_it_when_that_one_died_before()
    {
        var context = Context(Busy, Busy, More("freeze"), Ended);
        await RecoveryOrchestrations.RecoverClusterAsync(context);
        Assert.Equal([Names.BeginRecovery, Names.BeginRecovery, Names.BeginRecovery, Names.RunStage], Activities(context));
        Assert.Equal(2, context.Timers.Count);
    }

    [Fact]
    public async Task What_another_process_ended_needs_nothing_more()
    {
        var context = Context(Busy, new StageReport(nameof(RunStatus.NothingToDo), "promoted", "", "db2 is the primary"));
        Assert.Equal("db2 is the primary", (await RecoveryOrchestrations.RecoverClusterAsync(context)).Outcome);
    }

    [Fact]
    public async Task A_lost_lease_is_no_end()
    {
        var context = Context(More("freeze"), new StageReport(nameof(RunStatus.LeaseLost), "freeze", ""), More("promote"), Ended);
        await RecoveryOrchestrations.RecoverClusterAsync(context);
        Assert.Equal([Names.BeginRecovery, Names.RunStage, Names.BeginRecovery, Names.RunStage], Activities(context));
    }

    [Fact]
    public async Task A_question_waits_for_the_operator_and_the_answer_is_told()
    {
        var context = Context(More("freeze"), Asks, Asks, More("prepare"), Ended);
        var waits = 0;
        context.OnTimer = () =>
        {
            if (++waits == 2) context.Raise(Names.OperatorEvent, new SignalMessage(SignalKind.Approve, "dana"));
        };
        await RecoveryOrchestrations.RecoverClusterAsync(context);

        Assert.Equal([Names.BeginRecovery, Names.RunStage, Names.RunStage, Names.SignalRecovery, Names.RunStage], Activities(context));
        Assert.Contains("dana", context.History.Single(d => d.Name == Names.SignalRecovery).Given, StringComparison.Ordinal);
        Assert.Contains(context.Statuses, s => s.Contains("may db2 be promoted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancel_is_told_before_the_next_stage_and_a_second_word_is_heard_too()
    {
        var refused = new StageReport(nameof(RunStatus.Refused), "promote", "", Refusal: "too late");
        var context = Context(More("freeze"), More("prepare"), refused, More("settle"), Ended);
        context.Raise(Names.OperatorEvent, new SignalMessage(SignalKind.Cancel, "dana"));
        context.Raise(Names.OperatorEvent, new SignalMessage(SignalKind.Cancel, "eve"));
        await RecoveryOrchestrations.RecoverClusterAsync(context);
        Assert.Equal([Names.BeginRecovery, Names.SignalRecovery, Names.SignalRecovery, Names.RunStage, Names.RunStage], Activities(context));
    }

    [Fact]
    public async Task A_word_is_said_again_until_whoever_has_the_cluster_has_heard_it()
    {
        var context = Context(More("freeze"), Busy, Busy, More("prepare"), Ended);
        context.Raise(Names.OperatorEvent, new SignalMessage(SignalKind.Cancel, "dana"));
        await RecoveryOrchestrations.RecoverClusterAsync(context);
        Assert.Equal([Names.BeginRecovery, Names.SignalRecovery, Names.SignalRecovery, Names.SignalRecovery, Names.RunStage], Activities(context));
    }

    [Fact]
    public async Task A_word_heard_at_the_end_of_a_history_is_said_before_it_is_begun_anew()
    {
        var calls = 0;
        InlineContext context = null!;
        context = new InlineContext(Names.RecoverCluster, Order, (name, _) =>
        {
            if (++calls == 200) context.Raise(Names.OperatorEvent, new SignalMessage(SignalKind.Approve, "dana"));
            return name == Names.SignalRecovery ? Ended : Asks;
        });
        Assert.Equal(Ended, await RecoveryOrchestrations.RecoverClusterAsync(context));
        Assert.Null(context.ContinuedWith);
    }

    [Fact]
    public async Task A_long_wait_begins_its_history_anew_with_the_same_order()
    {
        var context = new InlineContext(Names.RecoverCluster, Order, (_, _) => Asks);
        await RecoveryOrchestrations.RecoverClusterAsync(context);
        Assert.Equal(Order, context.ContinuedWith);
        Assert.InRange(context.History.Count, 100, 1000);
    }

    [Fact]
    public async Task An_activity_that_fails_for_good_fails_the_orchestration_visibly()
    {
        var context = new InlineContext(Names.RecoverCluster, Order, (_, _) => throw new InvalidOperationException("storage is away"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RecoveryOrchestrations.RecoverClusterAsync(context));
    }

    [Fact]
    public async Task Replayed_from_any_point_of_its_history_it_does_the_same()
    {
        StageReport[] reports = [Busy, More("freeze"), Asks, Asks, More("prepare"), Ended];
        var whole = await PlayAsync([], reports);
        for (var kept = 0; kept <= whole.Count; kept++) Assert.Equal(whole, await PlayAsync(whole[..kept], reports));
    }

    /// <summary>
    /// Histories of released versions, recorded once and never changed: a recovery that was running when the app was deployed goes on under
    /// this code (docs/azure.md, upgrades). RECORD_HISTORY=N writes the file of version N.
    /// </summary>
    [Theory]
    [InlineData(1)]
    public async Task A_history_of_an_earlier_version_is_gone_on_with(int version)
    {
        var file = Path.Combine(AppOutputs.Root, "tests", "App.Tests", "Recoveries", $"history-{version}.json");
        StageReport[] reports = [Busy, More("freeze"), Asks, Asks, More("prepare"), More("promote"), Ended];
        if (Environment.GetEnvironmentVariable("RECORD_HISTORY") == $"{version}") await File.WriteAllTextAsync(file, JsonSerializer.Serialize(await PlayAsync([], reports)));
        var stored = JsonSerializer.Deserialize<List<Did>>(await File.ReadAllTextAsync(file))!;
        Assert.NotEmpty(stored);
        for (var kept = 1; kept <= stored.Count; kept++)
        {
            var played = await PlayAsync(stored[..kept], reports);
            Assert.Equal(stored[..kept], played[..kept]);
            Assert.Contains("db2 is the primary", played[^1].CameBack, StringComparison.Ordinal);
        }
    }

    private static async Task<List<Did>> PlayAsync(IReadOnlyList<Did> history, StageReport[] reports)
    {
        var done = history.Count(d => d.What == "activity");
        var context = new InlineContext(Names.RecoverCluster, Order, (_, _) => reports[Math.Min(done++, reports.Length - 1)], history);
        await RecoveryOrchestrations.RecoverClusterAsync(context);
        return context.History;
    }

    private static InlineContext Context(params StageReport[] reports)
    {
        var next = new Queue<StageReport>(reports);
        return new InlineContext(Names.RecoverCluster, Order, (_, _) => next.Dequeue());
    }

    private static string[] Activities(InlineContext context) => [.. context.History.Where(d => d.What == "activity").Select(d => d.Name)];

    private static StageReport More(string stage) => new(nameof(RunStatus.MoreToDo), stage, "why");

    private static StageReport Busy { get; } = new(nameof(RunStatus.Busy), "", "");

    private static StageReport Asks { get; } = new(nameof(RunStatus.AwaitsApproval), "approval", "may db2 be promoted?");
}
