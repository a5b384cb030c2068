using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Detecting;

namespace OrchestratorFunctions.App.Recoveries;

/// <summary>Starts and steers recoveries as orchestrations.</summary>
public sealed class DurableDriver(DurableTaskClient client, Flows flow, ILogger log, TimeProvider? time = null) : IRecoveryDriver
{
    /// <summary>
    /// The first stage is planned and stored before the answer, so that a refusal can be told and the record is there.
    /// The orchestration finds it and goes on. When it cannot be started, the recovery is taken up from its record,
    /// like one whose process died.
    /// </summary>
    public async Task<(string Id, Refusal? Refusal)> StartAsync(OperationRequest order, CancellationToken cancel)
    {
        var id = RecoveryIds.New((time ?? TimeProvider.System).GetUtcNow(), flow.Ports.Chance);
        var begun = await flow.Plans.RunAsync(order, cancel, id, stages: 0);
        if (begun.WhyNot is { } refusal) return (id, refusal);
        if (begun.Recovery is not { IsEnded: true }) await DriveAsync(order, id, cancel);
        return (id, null);
    }

    private async Task DriveAsync(OperationRequest order, string id, CancellationToken cancel)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                Names.RunPlan, new OrchestrationInput(id, order.Cluster.Value), new StartOrchestrationOptions(InstanceId: id), cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            log.NotStarted(id, e);
        }
    }

    /// <summary>
    /// What can be refused is refused at once, from the record; the rest travels as an event and is decided again under
    /// the lease.
    /// </summary>
    public async Task<Refusal?> SignalAsync(ClusterId cluster, string id, OperatorSignal signal, CancellationToken cancel)
    {
        if (await flow.Ports.Recoveries.ReadActiveAsync(cluster, cancel) is not { } active || active.Id != id)
            return new($"recovery {id} of cluster {cluster} is not running");
        if (active.WhyNot(signal) is { } refusal) return refusal;
        if (await client.GetInstanceAsync(id, cancel) is { IsRunning: true })
        {
            await client.RaiseEventAsync(id, Names.OperatorEvent, new SignalMessage(signal.Kind, signal.By, signal.Because, signal.Candidate?.ToString() ?? ""), cancel);
            return null;
        }
        // Its orchestration is gone; the record is the truth, and whoever takes it up next goes on from there.
        var result = await flow.Signal.RunAsync(cluster, id, signal, cancel, stages: 0);
        return result.End switch
        {
            RunStatus.Refused => result.Refusal,
            RunStatus.Busy or RunStatus.LeaseLost => new Refusal("the recovery is being run at this moment", "say it again"),
            _ => null,
        };
    }
}
