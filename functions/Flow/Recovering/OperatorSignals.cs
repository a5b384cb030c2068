using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// What operators say about a recovery that runs or is taken up: a word left for it, or a veto declared meanwhile.
/// </summary>
internal sealed class OperatorSignals(
    IRecoveryStore store, ITopologyStore topologies, GateReader gate, TimeProvider time, ILogger logger)
{
    // Recoveries that are run in this process.
    private readonly ConcurrentDictionary<string, TaskCompletionSource<OperatorSignal>> called = new();

    /// <summary>
    /// Leaves a word for whoever runs a recovery. Where that is this process, it need not look for it first.
    /// </summary>
    public async Task LeaveAsync(ClusterId cluster, string id, OperatorSignal word, CancellationToken cancel)
    {
        await store.PostSignalAsync(cluster, id, word, cancel);
        if (called.TryGetValue(id, out var call)) call.TrySetResult(word);
    }

    /// <summary>Ends when a word is left here for the recovery, which then can be heard.</summary>
    public async Task<OperatorSignal> CalledAsync(Recovery recovery, CancellationToken cancel)
    {
        var call = new TaskCompletionSource<OperatorSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        called[recovery.Id] = call;
        try
        {
            return await call.Task.WaitAsync(cancel);
        }
        finally
        {
            called.TryRemove(new(recovery.Id, call));
        }
    }

    /// <summary>
    /// What was left for the recovery and can be taken in; null when there is nothing. While a hook runs before the
    /// plan, which may take minutes, a veto counts too (S14).
    /// </summary>
    public async Task<OperatorSignal?> HearAsync(Recovery recovery, CancellationToken cancel)
    {
        try
        {
            var word = await store.ReadSignalAsync(recovery.Cluster, recovery.Id, cancel);
            if (word is not null && recovery.Cancelled is null && recovery.WhyNot(word) is null) return word;
            if (recovery.Stages.LastOrDefault()?.Stage.Hook is not { IsBefore: true }) return null;
            return await topologies.ReadAsync(recovery.Cluster, cancel) is { } stored
                ? await ForbiddenAsync(
                    recovery, StoredTopology.Of(stored, time.GetUtcNow(), beat: null), stored.Downtime, cancel)
                : null;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.Retrying("read what operators say", e);
            return null;
        }
    }

    /// <summary>
    /// A veto as a word that cancels: vetoes are honoured when acting, not only when deciding (S14). Null when there is
    /// none, or when it is too late for it because a server was opened.
    /// </summary>
    public async Task<OperatorSignal?> VetoAsync(
        Recovery recovery, Topology topology, Downtime? downtime, CancellationToken cancel)
    {
        if (recovery.Cancelled is not null) return null;
        // One that is to make way is not gone on with, whatever is seen now.
        if (recovery.Kind.YieldsToFailover
            && await HearAsync(recovery, cancel) is { SupersededBy: not null } superseding)
            return superseding;
        return await ForbiddenAsync(recovery, topology, downtime, cancel);
    }

    private async Task<OperatorSignal?> ForbiddenAsync(
        Recovery recovery, Topology topology, Downtime? downtime, CancellationToken cancel)
    {
        if (!recovery.IsAutomatic || recovery.Cancelled is not null) return null;
        var inputs = await gate.ReadAsync(recovery.Cluster, cancel, recovery.Id) with { ClusterDowntime = downtime };
        var why = RecoveryGate.WhyNotGoOn(recovery.Subject, topology, inputs);
        // Hooks may take minutes before the plan begins: others may see the primary by then (S8).
        if (why is null && recovery is { Kind.SubjectIsDead: true, WaitsForHooks: true })
            why = RecoveryGate.WhyNotAgreed(recovery.Subject, inputs);
        if (why is not { } refusal) return null;
        var word = new OperatorSignal(SignalKind.Cancel, OperatorSignal.Gate, refusal.Says, time.GetUtcNow());
        return recovery.WhyNot(word) is null ? word : null;
    }
}
