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
            registry.AddOrchestratorFunc<OrchestrationInput, StageReport>(Names.RecoverCluster, async (context, _) => await RecoveryOrchestrations.RecoverClusterAsync(context));
            registry.AddOrchestratorFunc<OrchestrationInput, StageReport>(Names.RunPlan, async (context, _) => await RecoveryOrchestrations.RunPlanAsync(context));
            registry.AddActivityFunc<OrchestrationInput, StageReport>(Names.BeginRecovery, async (_, order) => await activities.BeginRecoveryAsync(order!, default));
            registry.AddActivityFunc<OrchestrationInput, StageReport>(Names.RunStage, async (_, next) => await activities.RunStageAsync(next!, default));
            registry.AddActivityFunc<SignalInput, StageReport>(Names.SignalRecovery, async (_, word) => await activities.SignalRecoveryAsync(word!, default));
        }, new DurableTaskTestHostOptions { LoggerFactory = NullLoggerFactory.Instance });
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_dead_primary_is_replaced()
    {
        servers.World.Kill(World.Primary);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(Names.RecoverCluster, new OrchestrationInput("f1", World.Cluster.Value, Servers.Body()), new StartOrchestrationOptions("f1"));
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
        await host.Client.ScheduleNewOrchestrationInstanceAsync(Names.RecoverCluster, new OrchestrationInput("f1", World.Cluster.Value, Servers.Body()), new StartOrchestrationOptions("f1"));
        await AskedAsync("f1");
        Assert.Empty(servers.World.Ran.OfType<SetWritable>());

        var driver = new DurableDriver(host.Client, servers.Room().Flow, NullLogger.Instance);
        Assert.Null(await driver.SignalAsync(World.Cluster, "f1", new OperatorSignal(SignalKind.Approve, "dana", "", World.Noon), default));
        Assert.Contains("is the primary", (await EndedAsync("f1")).ReadOutputAs<StageReport>()!.Outcome, StringComparison.Ordinal);
        Assert.Contains((await servers.Memory.ReadAsync("f1", default))!.Recovery.Stages, s => s.Signal is { By: "dana" });
        Assert.Contains("is not running", (await driver.SignalAsync(World.Cluster, "f1", new OperatorSignal(SignalKind.Cancel, "dana", "", World.Noon), default))!.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_planned_switch_outlasts_the_call_that_asked_for_it()
    {
        var (id, refusal) = await new DurableDriver(host.Client, servers.Room().Flow, NullLogger.Instance).StartAsync(new(World.Cluster, PlanKinds.Takeover, World.Primary, new("db3", 3306), "dana"), default);
        Assert.Null(refusal);
        var ended = await EndedAsync(id);
        Assert.Equal("db3:3306 is the primary and every replica seen follows it", ended.ReadOutputAs<StageReport>()!.Outcome);
    }

    [Fact]
    public async Task A_move_outlasts_the_call_that_asked_for_it()
    {
        var (id, refusal) = await new DurableDriver(host.Client, servers.Room().Flow, NullLogger.Instance).StartAsync(new(World.Cluster, PlanKinds.Relocate, new("db3", 3306), new("db2", 3306), "dana"), default);
        Assert.Null(refusal);
        var ended = await EndedAsync(id);
        Assert.Equal("db3:3306 follows db2:3306", ended.ReadOutputAs<StageReport>()!.Outcome);
        Assert.Equal(new("db2", 3306), servers.World.Now[new("db3", 3306)]!.Current!.Link!.Source);
        Assert.Equal("dana", (await servers.Memory.ReadAsync(id, default))!.Recovery.Actor);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_at_once_and_no_orchestration_is_started()
    {
        var driver = new DurableDriver(host.Client, servers.Room().Flow, NullLogger.Instance);
        var (id, refusal) = await driver.StartAsync(new(World.Cluster, PlanKinds.Relocate, World.Primary, new("db2", 3306), "dana"), default);
        Assert.Equal("db1:3306 is the primary", refusal?.Because);
        Assert.Null(await host.Client.GetInstanceAsync(id));
        (_, refusal) = await driver.StartAsync(new(World.Cluster, PlanKinds.Takeover, new("db3", 3306), null, "dana"), default);
        Assert.Equal("db1:3306 is the primary by now, not db3:3306", refusal?.Because);
        Assert.Empty(servers.World.Ran);
    }

    [Fact]
    public async Task The_record_of_what_was_started_is_there_when_the_answer_is()
    {
        var (id, _) = await new DurableDriver(host.Client, servers.Room().Flow, NullLogger.Instance).StartAsync(new(World.Cluster, PlanKinds.Takeover, null, null, "dana"), default);
        Assert.Equal((id, "dana"), ((await servers.Memory.ReadAsync(id, default))?.Recovery.Id, (await servers.Memory.ReadAsync(id, default))?.Recovery.Actor));
        await EndedAsync(id);
    }

    /// <summary>A replica hears the primary; what a person vouches for outlasts the call too.</summary>
    [Fact]
    public async Task A_failover_that_a_person_asks_for_outlasts_the_call_with_all_that_was_said()
    {
        servers.World.Kill(World.Primary, replicasNotice: false);
        var order = new Flow.Ports.OperationRequest(World.Cluster, PlanKinds.DeadPrimary, World.Primary, new("db3", 3306), "dana")
        {
            Request = new OperatorRequest("dark") { PrimaryIsDead = true },
        };
        var (id, refusal) = await new DurableDriver(host.Client, servers.Room().Flow, NullLogger.Instance).StartAsync(order, default);
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
