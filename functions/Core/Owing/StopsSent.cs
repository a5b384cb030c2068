using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Owing;

/// <summary>Which of the steps of a recovery that stop the replication of a server took effect, or may.</summary>
internal static class StopsSent
{
    /// <summary>Whether a step stops a receiver; what points a server elsewhere stops it first.</summary>
    public static bool Is(PlanStep step) => step is StopReceiving or ForgetSource or PointTo or Detach
        || (step is StopReplication stop && StartReplication.OfReceivers(stop.Threads));

    /// <summary>Whether a step stops an applier too.</summary>
    public static bool IsOfApplier(PlanStep step) =>
        step is PointTo or ForgetSource || (step is StopReplication stop && StartReplication.OfAppliers(stop.Threads));

    /// <summary>Nobody owes the server a start any more.</summary>
    public static Ledger Unowed(Ledger ledger, InstanceKey key) =>
        ledger.Without(e => e is LedgerEntry.Stopped && e.Key == key);

    /// <summary>
    /// Every stop was refused, not sent, or found it stopped: should it stand still, somebody else did that (S19). A
    /// server that refused to be pointed elsewhere may have stopped before.
    /// </summary>
    public static bool None(Recovery recovery, InstanceKey key) => !MayComeLate(recovery, key)
        && recovery.Stages[..^1].Where(s => !WasUnsent(s)).SelectMany(s => s.StepsWithResults)
            .Where(p => p.Step.Target.Key == key && Is(p.Step))
            .All(p => p.Result is { IsUnderWay: false } result
                && (result.WasNotSent || (p.Step is StopReceiving or StopReplication && StoppedNothing(result))));

    /// <summary>
    /// One that was not answered may end after everything that is sent later, as one of another process may.
    /// </summary>
    public static bool MayComeLate(Recovery recovery, InstanceKey key) =>
        recovery.HandedOver.Any(s => Is(s) && s.Target.Key == key)
        || recovery.Stages.SelectMany(s => s.StepsWithResults)
            .Any(p => p.Result is { MayActLate: true } && Is(p.Step) && p.Step.Target.Key == key);

    /// <summary>
    /// Nothing of a stage was sent. What was to open a server, and is seen not to have, may have been sent for the
    /// rest.
    /// </summary>
    public static bool WasUnsent(StageRecord stage) =>
        stage.WasNotBegun && !stage.Stage.Steps.Any(s => s.Step is SetWritable);

    private static bool StoppedNothing(StepResult result) =>
        result.IsRefused || result is { State: StepState.AlreadyTrue, Attempts: <= 1 };
}
