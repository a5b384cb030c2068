using OrchestratorFunctions.App.Recoveries;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests.Recoveries;

public sealed class RecoveryActivitiesTests
{
    private static readonly NextStage Next = new("f1", World.Cluster.Value);

    private readonly Servers servers = new();

    private RecoveryOrder Order => new("f1", World.Cluster.Value, Servers.Body());

    [Fact]
    public async Task A_failure_is_carried_through_by_activities_of_different_instances()
    {
        servers.World.Kill(World.Primary);
        var report = await Activities("i0").BeginRecoveryAsync(Order, default);
        Assert.Empty(servers.World.Ran);
        for (var turn = 1; !report.IsOver; turn++)
        {
            Assert.True(report.End == nameof(RunStatus.MoreToDo) && turn < RecoveryPolicy.StageLimit, report.ToString());
            report = await Activities($"i{turn}").RunStageAsync(Next, default);
        }
        Assert.Contains("is the primary", report.Outcome, StringComparison.Ordinal);
        Assert.Single(servers.World.Ran.OfType<SetWritable>());
    }

    [Fact]
    public async Task An_activity_delivered_twice_does_its_work_once()
    {
        servers.World.Kill(World.Primary);
        var activities = Activities("i1");
        Assert.Equal(await activities.BeginRecoveryAsync(Order, default), await activities.BeginRecoveryAsync(Order, default));
        StageReport report;
        do
        {
            report = await activities.RunStageAsync(Next, default);
            if (report.IsOver) Assert.Equal(report, await activities.RunStageAsync(Next, default));
        }
        while (!report.IsOver);
        Assert.Equal(nameof(RunStatus.NothingToDo), (await activities.BeginRecoveryAsync(Order, default)).End);
        Assert.Single(servers.World.Ran.OfType<SetWritable>());
    }

    [Fact]
    public async Task While_another_instance_holds_the_cluster_it_is_busy_and_touches_nothing()
    {
        servers.World.Kill(World.Primary);
        Assert.NotNull(await servers.Memory.TryAcquireAsync(World.Cluster.Value, "another", TimeSpan.FromHours(1), default));
        Assert.Equal(nameof(RunStatus.Busy), (await Activities("i1").BeginRecoveryAsync(Order, default)).End);
        Assert.Empty(servers.World.Ran);
    }

    [Fact]
    public async Task A_switch_begun_twice_is_one_switch()
    {
        var order = new RecoveryOrder("s1", World.Cluster.Value, To: "db3:3306", By: "dana");
        var activities = Activities("i1");
        var report = await activities.BeginSwitchAsync(order, default);
        Assert.Equal(report, await activities.BeginSwitchAsync(order, default));
        while (!report.IsOver) report = await activities.RunStageAsync(new NextStage("s1", World.Cluster.Value), default);
        Assert.Equal("db3:3306 is the primary and every replica seen follows it", report.Outcome);
        Assert.Equal(report, await activities.BeginSwitchAsync(order, default));
        Assert.Equal("dana", (await servers.Memory.ReadAsync("s1", default))!.Recovery.Actor);
    }

    [Fact]
    public async Task A_switch_meant_for_another_primary_or_beside_another_recovery_ends_with_the_reason()
    {
        var activities = Activities("i1");
        var late = await activities.BeginSwitchAsync(new RecoveryOrder("s1", World.Cluster.Value, By: "dana", From: "db3:3306"), default);
        Assert.True(late.IsOver);
        Assert.Equal("db1:3306 is the primary by now, not db3:3306", late.Because);

        await activities.BeginSwitchAsync(new RecoveryOrder("s2", World.Cluster.Value, By: "dana"), default);
        var second = await activities.BeginSwitchAsync(new RecoveryOrder("s3", World.Cluster.Value, By: "eve"), default);
        Assert.True(second.IsOver);
        Assert.Equal("recovery s2 of this cluster is running. To allow it: the end of recovery s2", second.Because);
    }

    [Fact]
    public async Task A_plan_of_a_kind_that_is_not_known_here_ends_with_the_reason_and_touches_nothing()
    {
        var report = await Activities("i1").BeginPlanAsync(new RecoveryOrder("m1", World.Cluster.Value, To: "db2:3306", By: "dana", From: "db3:3306", Kind: "Juggle"), default);
        Assert.True(report.IsOver);
        Assert.Contains("'Juggle'", report.Because, StringComparison.Ordinal);
        Assert.Empty(servers.World.Ran);
    }

    [Fact]
    public async Task Once_writes_are_blocked_the_rest_of_a_switch_is_one_activity()
    {
        var activities = Activities("i1");
        var report = await activities.BeginSwitchAsync(new RecoveryOrder("s1", World.Cluster.Value, By: "dana"), default);
        for (var turn = 0; report.Stage != "freeze"; turn++)
        {
            Assert.True(turn < RecoveryPolicy.StageLimit);
            report = await activities.RunStageAsync(new NextStage("s1", World.Cluster.Value), default);
        }
        Assert.True((await activities.RunStageAsync(new NextStage("s1", World.Cluster.Value), default)).IsOver);
    }

    [Fact]
    public async Task A_cancelled_recovery_is_undone_and_a_late_word_is_refused_with_the_reason()
    {
        servers.World.Kill(World.Primary);
        var activities = Activities("i1");
        await activities.BeginRecoveryAsync(Order, default);
        await activities.RunStageAsync(Next, default);
        var cancel = new WordForRecovery("f1", World.Cluster.Value, new SpokenWord(OperatorWish.Cancel, "dana"));
        var report = await activities.TellRecoveryAsync(cancel, default);
        while (report.End == nameof(RunStatus.MoreToDo)) report = await activities.RunStageAsync(Next, default);
        Assert.Contains("cancelled by dana", report.Outcome, StringComparison.Ordinal);
        Assert.Contains("is not running", (await activities.TellRecoveryAsync(cancel, default)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_of_another_version_ends_with_the_reason()
    {
        var report = await Activities("i1").BeginRecoveryAsync(new RecoveryOrder("f1", World.Cluster.Value, """{"schema":9}"""), default);
        Assert.Equal((nameof(RunStatus.NothingToDo), "the failure has schema 9; this version reads 1"), (report.End, report.Because));
    }

    private RecoveryActivities Activities(string instance) => new(servers.Instance(instance), servers.Time);
}
