using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.App.Recoveries;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests.Recoveries;

/// <summary>The orchestrations on the real durable framework, in process: real histories, real replays.</summary>
public sealed class DurableHostTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    private readonly Servers servers = new();
    private DurableTaskTestHost host = null!;

    public async ValueTask InitializeAsync()
    {
        var activities = new RecoveryActivities(servers.Instance(), servers.Time);
        host = await DurableTaskTestHost.StartAsync(registry =>
        {
            registry.AddOrchestratorFunc<RecoveryOrder, StageReport>(Names.RecoverCluster, async (context, _) => await RecoveryOrchestrations.RecoverClusterAsync(context));
            registry.AddOrchestratorFunc<RecoveryOrder, StageReport>(Names.SwitchPrimary, async (context, _) => await RecoveryOrchestrations.SwitchPrimaryAsync(context));
            registry.AddOrchestratorFunc<RecoveryOrder, StageReport>(Names.RunPlan, async (context, _) => await RecoveryOrchestrations.RunPlanAsync(context));
            registry.AddActivityFunc<RecoveryOrder, StageReport>(Names.BeginPlan, async (_, order) => await activities.BeginPlanAsync(order!, default));
            registry.AddActivityFunc<RecoveryOrder, StageReport>(Names.BeginRecovery, async (_, order) => await activities.BeginRecoveryAsync(order!, default));
            registry.AddActivityFunc<RecoveryOrder, StageReport>(Names.BeginSwitch, async (_, order) => await activities.BeginSwitchAsync(order!, default));
            registry.AddActivityFunc<NextStage, StageReport>(Names.RunStage, async (_, next) => await activities.RunStageAsync(next!, default));
            registry.AddActivityFunc<WordForRecovery, StageReport>(Names.TellRecovery, async (_, word) => await activities.TellRecoveryAsync(word!, default));
        }, new DurableTaskTestHostOptions { LoggerFactory = NullLoggerFactory.Instance });
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_dead_primary_is_replaced()
    {
        servers.World.Kill(World.Primary);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(Names.RecoverCluster, new RecoveryOrder("f1", World.Cluster.Value, Servers.Body()), new StartOrchestrationOptions("f1"));
        var ended = await EndedAsync("f1");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Contains("is the primary", ended.ReadOutputAs<StageReport>()!.Outcome, StringComparison.Ordinal);
        Assert.Equal("promoted", ended.ReadCustomStatusAs<StageReport>()!.Stage);
        Assert.IsType<RecoveryOutcome.Promoted>((await servers.Memory.ReadAsync("f1", default))!.Recovery.Outcome);
    }

    [Fact]
    public async Task An_operator_approves_and_the_recovery_goes_on()
    {
        servers.Settings.Flow.Recovery.ApproveClusters = "*";
        servers.World.Kill(World.Primary);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(Names.RecoverCluster, new RecoveryOrder("f1", World.Cluster.Value, Servers.Body()), new StartOrchestrationOptions("f1"));
        await AskedAsync("f1");
        Assert.Empty(servers.World.Ran.OfType<SetWritable>());

        var driver = new DurableDriver(host.Client, servers.Room().Flow);
        Assert.Null(await driver.TellAsync(World.Cluster, "f1", new OperatorWord(OperatorWish.Approve, "dana", "", World.Noon), default));
        Assert.Contains("is the primary", (await EndedAsync("f1")).ReadOutputAs<StageReport>()!.Outcome, StringComparison.Ordinal);
        Assert.Contains((await servers.Memory.ReadAsync("f1", default))!.Recovery.Stages, s => s.Word is { By: "dana" });
        Assert.Contains("is not running", (await driver.TellAsync(World.Cluster, "f1", new OperatorWord(OperatorWish.Cancel, "dana", "", World.Noon), default))!.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_planned_switch_outlasts_the_call_that_asked_for_it()
    {
        var (id, refusal) = await new DurableDriver(host.Client, servers.Room().Flow).StartAsync(new(World.Cluster, PlanKinds.Takeover, World.Primary, new("db3", 3306), "dana"), default);
        Assert.Null(refusal);
        var ended = await EndedAsync(id);
        Assert.Equal("db3:3306 is the primary and every replica seen follows it", ended.ReadOutputAs<StageReport>()!.Outcome);
    }

    [Fact]
    public async Task A_move_outlasts_the_call_that_asked_for_it()
    {
        var (id, refusal) = await new DurableDriver(host.Client, servers.Room().Flow).StartAsync(new(World.Cluster, PlanKinds.Relocate, new("db3", 3306), new("db2", 3306), "dana"), default);
        Assert.Null(refusal);
        var ended = await EndedAsync(id);
        Assert.Equal("db3:3306 follows db2:3306", ended.ReadOutputAs<StageReport>()!.Outcome);
        Assert.Equal(new("db2", 3306), servers.World.Now[new("db3", 3306)]!.Now!.Link!.Source);
        Assert.Equal("dana", (await servers.Memory.ReadAsync(id, default))!.Recovery.Actor);
    }

    /// <summary>A replica hears the primary; what a person vouches for outlasts the call too.</summary>
    [Fact]
    public async Task A_failover_that_a_person_asks_for_outlasts_the_call_with_all_that_was_said()
    {
        servers.World.Kill(World.Primary, replicasNotice: false);
        var order = new Flow.Ports.OperatorOrder(World.Cluster, PlanKinds.DeadPrimary, World.Primary, new("db3", 3306), "dana")
        {
            Request = new OperatorRequest("dark") { PrimaryIsDead = true },
        };
        var (id, refusal) = await new DurableDriver(host.Client, servers.Room().Flow).StartAsync(order, default);
        Assert.Null(refusal);
        Assert.StartsWith("db3:3306 is the primary", (await EndedAsync(id)).ReadOutputAs<StageReport>()!.Outcome, StringComparison.Ordinal);
        Assert.Equal(order.Request, (await servers.Memory.ReadAsync(id, default))!.Recovery.Request);
    }

    private async Task<OrchestrationMetadata> EndedAsync(string id)
    {
        using var bound = new CancellationTokenSource(Bound);
        return await host.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, bound.Token);
    }

    private async Task AskedAsync(string id)
    {
        using var bound = new CancellationTokenSource(Bound);
        while ((await host.Client.GetInstanceAsync(id, getInputsAndOutputs: true, bound.Token))?.ReadCustomStatusAs<StageReport>() is not { AwaitsApproval: true })
            await Task.Delay(100, bound.Token);
    }
}
