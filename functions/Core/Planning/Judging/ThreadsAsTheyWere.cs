using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// What is started on a replica that is pointed elsewhere or back. A person may have stopped its applier to keep
/// something out, a DROP for instance, or its receiver to look at it: such a thread stays stopped. One that a recovery
/// stopped, or an error, is started.
/// </summary>
public static class ThreadsAsTheyWere
{
    /// <param name="link">The link as it is seen; null when there is none.</param>
    public static ReplicationThreads Threads(
        Recovery recovery, Topology topology, InstanceKey key, ReplicationLink? link)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(topology);
        PlanStep[] sent = [.. Sent(recovery, key)];
        var owed = topology.Ledger.Of(key).OfType<LedgerEntry.Stopped>().ToArray();
        // What this recovery owes was written down before it was sent, and may not have been sent.
        var isOwed = owed.Any(e => e.StopsApplier && e.Recovery != recovery.Id);
        var applies = isOwed || !WasApplierStopped(link, sent, isCut: owed.Length > 0);
        return (WasReceiving(recovery, topology, key, link), applies) switch
        {
            (true, true) => ReplicationThreads.Both,
            (true, false) => ReplicationThreads.Receiver,
            (false, true) => ReplicationThreads.Applier,
            _ => ReplicationThreads.Neither,
        };
    }

    /// <summary>
    /// Whether the receiver ran before this recovery touched the server, or an error or a recovery stopped it.
    /// </summary>
    /// <inheritdoc cref="Threads" path="/param"/>
    public static bool WasReceiving(Recovery recovery, Topology topology, InstanceKey key, ReplicationLink? link)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(topology);
        var isOwed = topology.Ledger.Of(key)
            .Any(e => e is LedgerEntry.Stopped { FoundStopped: false } && e.Recovery != recovery.Id);
        if (isOwed || Receives(link)) return true;
        var first = Sent(recovery, key).FirstOrDefault(s => s is PointTo or ForgetSource);
        // What a plan cut from its source was its candidate.
        return first switch
        {
            PointTo point => point.WasReceiving,
            null => !IsReceiverStopped(link) || recovery.HasToldToStop(key),
            _ => true,
        };
    }

    /// <summary>The applier stands still, and no error stopped it.</summary>
    public static bool IsApplierStopped(ReplicationLink? link) =>
        link is { Applier: ReplicationThread.Stopped, ApplierErrorNumber: 0 };

    /// <summary>The receiver stands still, and no error stopped it.</summary>
    public static bool IsReceiverStopped(ReplicationLink? link) =>
        link is { Receiver: ReplicationThread.Stopped, ReceiverErrorNumber: 0 };

    // What was not sent was planned on what was known before, and changed nothing.
    private static IEnumerable<PlanStep> Sent(Recovery recovery, InstanceKey key) =>
        recovery.Stages.SelectMany(s => s.StepsWithResults)
            .Where(p => p.Step.Target.Key == key && p.Result is not { WasNotSent: true }).Select(p => p.Step);

    // An earlier recovery that cut it from its source wrote down whether its applier ran.
    private static bool WasApplierStopped(ReplicationLink? link, PlanStep[] sent, bool isCut) =>
        sent.FirstOrDefault(s => s is PointTo or ForgetSource) switch
        {
            PointTo point => !StartReplication.OfAppliers(point.Threads) && !IsApplierStartedSince(link, sent),
            null => IsApplierStopped(link) || (link is null && isCut),
            _ => sent.Any(s => s is StopReceiving { WasApplying: false }),
        };

    private static bool Receives(ReplicationLink? link) => link is { Receiver: not ReplicationThread.Stopped };

    // A person who had stopped it may have started it while the plan ran: a stop now would be ours.
    private static bool IsApplierStartedSince(ReplicationLink? link, PlanStep[] sent) =>
        link is { Applier: ReplicationThread.Running }
        && !sent.Any(StartsApplier);

    private static bool StartsApplier(PlanStep step) => step is WaitUntilApplied
        || (step is StartReplication start && StartReplication.OfAppliers(start.Threads));
}
