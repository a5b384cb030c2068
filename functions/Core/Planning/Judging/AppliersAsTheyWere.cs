using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// What is started on a replica that is pointed elsewhere or back. A person may have stopped its applier to keep
/// something out, a DROP for instance: such an applier stays stopped. One that a recovery stopped, or an error, is
/// started.
/// </summary>
public static class AppliersAsTheyWere
{
    /// <param name="link">The link as it is seen; null when there is none.</param>
    public static ReplicationThreads Threads(
        Recovery recovery, Topology topology, InstanceKey key, ReplicationLink? link)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(topology);
        if (topology.Ledger.Of(key).Any(e => e is LedgerEntry.Stopped { StopsApplier: true }))
            return ReplicationThreads.Both;
        PlanStep[] sent =
            [.. recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).Where(s => s.Target.Key == key)];
        var wasStopped = sent.FirstOrDefault(s => s is PointTo or ForgetSource) switch
        {
            PointTo point => point.Threads == ReplicationThreads.Receiver && !IsStartedSince(link, sent),
            null => IsStoppedByHand(link),
            _ => sent.Any(s => s is StopReceiving { WasApplying: false }),
        };
        return wasStopped ? ReplicationThreads.Receiver : ReplicationThreads.Both;
    }

    // A person who had stopped it may have started it while the plan ran: a stop now would be ours.
    private static bool IsStartedSince(ReplicationLink? link, PlanStep[] sent) =>
        link is { Applier: ReplicationThread.Running }
        && !sent.Any(s => s is WaitUntilApplied or StartReplication { Threads: not ReplicationThreads.Receiver });

    /// <summary>It stands still, and no error stopped it.</summary>
    public static bool IsStoppedByHand(ReplicationLink? link) =>
        link is { Applier: ReplicationThread.Stopped, ApplierErrorNumber: 0 };
}
