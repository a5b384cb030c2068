using OrchestratorFunctions.App.Recoveries;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests.Recoveries;

public sealed class RecoveryActivitiesTests
{
    private static readonly OrchestrationInput Next = new("f1", World.Cluster.Value);

    private readonly Servers servers = new();

    private OrchestrationInput Order => new("f1", World.Cluster.Value, Servers.Body());

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
    public async Task Once_writes_are_blocked_the_rest_of_a_switch_is_one_activity()
    {
        var activities = Activities("i1");
        await servers.Room().Flow.Plans.RunAsync(new(World.Cluster, PlanKinds.Takeover, null, null, "dana"), default, "s1", stages: 0);
        var report = await activities.RunStageAsync(new("s1", World.Cluster.Value), default);
        for (var turn = 0; report.Stage != "freeze"; turn++)
        {
            Assert.True(turn < RecoveryPolicy.StageLimit);
            report = await activities.RunStageAsync(new("s1", World.Cluster.Value), default);
        }
        Assert.True((await activities.RunStageAsync(new("s1", World.Cluster.Value), default)).IsOver);
    }

    [Fact]
    public async Task A_cancelled_recovery_is_undone_and_a_late_word_is_refused_with_the_reason()
    {
        servers.World.Kill(World.Primary);
        // No replica has applied all of it, so a stage lies between the freeze and the opening.
        foreach (var replica in servers.World.Now.ReplicasOf(World.Primary))
            servers.World.Put(t => t.With(Member.SeenAs(Behind(replica.Current!), World.Noon)));
        var activities = Activities("i1");
        await activities.BeginRecoveryAsync(Order, default);
        await activities.RunStageAsync(Next, default);
        Assert.Contains(servers.World.Ran, s => s is StopReceiving);
        var cancel = new SignalInput("f1", World.Cluster.Value, new SignalMessage(SignalKind.Cancel, "dana"));
        var report = await activities.SignalRecoveryAsync(cancel, default);
        while (report.End == nameof(RunStatus.MoreToDo)) report = await activities.RunStageAsync(Next, default);
        Assert.Contains("cancelled by dana", report.Outcome, StringComparison.Ordinal);
        Assert.Contains("is not running", (await activities.SignalRecoveryAsync(cancel, default)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_of_another_version_ends_with_the_reason()
    {
        var report = await Activities("i1").BeginRecoveryAsync(new OrchestrationInput("f1", World.Cluster.Value, """{"schema":9}"""), default);
        Assert.Equal((nameof(RunStatus.NothingToDo), "the failure has schema 9; this version reads 1"), (report.End, report.Because));
    }

    // It has received one transaction more than it has applied.
    private static Instance Behind(Instance replica) => replica with
    {
        Links = [.. replica.Links.Select(l => l with { Received = GtidSet.Parse($"{l.SourceUuid}:1-101") })],
    };

    private RecoveryActivities Activities(string instance) => new(servers.Instance(instance), servers.Time);
}
