using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// A failover goes before an operator's plan and before a repair of its cluster: the running one is told to end. It
/// hears that at once when this process runs it and it only waits, else within a second or after its stage, undoes what
/// can be undone, and says in its record what it made way for.
/// </summary>
internal sealed class SupersedeRecovery(
    IRecoveryStore store, GateReader gate, ConfirmFailure confirm, OperatorSignals signals, TimeProvider time)
{
    /// <summary>
    /// Whether a running recovery makes way for a failure that came by message. It is asked to only when the failure
    /// still stands and nothing forbids its failover; else an old message would end an operator's plan.
    /// </summary>
    public async Task<bool> AskAsync(Recovery running, Failure failure, CancellationToken cancel)
    {
        if (!failure.Kind.IsFailover || !running.Kind.YieldsToFailover) return false;
        if (await store.ReadSignalAsync(running.Cluster, running.Id, cancel) is { SupersededBy: not null }) return true;
        if (await confirm.RunAsync(failure, cancel) is not { Analysis: { } analysis } seen) return false;
        var inputs = await gate.ReadAsync(failure.Cluster, cancel, failure.Id);
        var verdict = RecoveryGate.Decide(analysis, seen.Topology, inputs with { ClusterDowntime = seen.Downtime });
        if (verdict is not GateVerdict.Supersede supersede) return false;
        await TellAsync(failure, supersede.Id, cancel);
        return true;
    }

    /// <summary>
    /// Tells a recovery to make way. One that has told another server to accept writes goes on to its end instead.
    /// </summary>
    public Task TellAsync(Failure failure, string running, CancellationToken cancel)
    {
        var title = failure.Kind.Title(failure.Subject, null);
        var word = OperatorSignal.Supersede(failure.Id, title, time.GetUtcNow());
        return signals.LeaveAsync(failure.Cluster, running, word, cancel);
    }

    /// <summary>The failure with what made way for it, for the record of its failover.</summary>
    public static Failure After(Recovery running, Failure failure)
    {
        var active = ActiveRecovery.Of(running);
        var says = new GateVerdict.Supersede(active.Id, active.Title).Says;
        return failure.Evidence.Contains(says) ? failure : failure with { Evidence = failure.Evidence.Add(says) };
    }
}
