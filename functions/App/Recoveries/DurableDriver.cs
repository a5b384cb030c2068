using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Detecting;

namespace OrchestratorFunctions.App.Recoveries;

/// <summary>Starts and steers recoveries as orchestrations.</summary>
public sealed class DurableDriver(DurableTaskClient client, Flows flow, TimeProvider? time = null) : IRecoveryDriver
{
    public async Task<(string Id, Refusal? Refusal)> StartAsync(OperatorOrder order, CancellationToken cancel)
    {
        var written = RecoveryOrder.Of(order, RecoveryIds.New((time ?? TimeProvider.System).GetUtcNow(), flow.Ports.Chance));
        if (await flow.Ports.Recoveries.ReadActiveAsync(order.Cluster, cancel) is { } active && order.WhyNotBeside(active) is { } running) return (written.Id, running);
        var orchestration = order.Kind == PlanKinds.Takeover ? Names.SwitchPrimary : Names.RunPlan;
        return (await client.ScheduleNewOrchestrationInstanceAsync(orchestration, written, new StartOrchestrationOptions(InstanceId: written.Id), cancel), null);
    }

    /// <summary>
    /// What can be refused is refused at once, from the record; the rest travels as an event and is decided again under
    /// the lease.
    /// </summary>
    public async Task<Refusal?> TellAsync(ClusterId cluster, string id, OperatorWord word, CancellationToken cancel)
    {
        if (await flow.Ports.Recoveries.ReadActiveAsync(cluster, cancel) is not { } active || active.Id != id) return new($"recovery {id} of cluster {cluster} is not running");
        if (active.WhyNot(word) is { } refusal) return refusal;
        if (await client.GetInstanceAsync(id, cancel) is { IsRunning: true })
        {
            await client.RaiseEventAsync(id, Names.OperatorEvent, new SpokenWord(word.Wish, word.By, word.Because, word.Candidate?.ToString() ?? ""), cancel);
            return null;
        }
        // Its orchestration is gone; the record is the truth, and whoever takes it up next goes on from there.
        var result = await flow.Tell.RunAsync(cluster, id, word, cancel, stages: 0);
        return result.End switch
        {
            RunStatus.Refused => result.Refusal,
            RunStatus.Busy or RunStatus.LeaseLost => new Refusal("the recovery is being run at this moment", "say it again"),
            _ => null,
        };
    }
}
