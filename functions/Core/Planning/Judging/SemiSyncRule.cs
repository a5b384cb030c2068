using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// What a writer promises with semi-sync, and everything that follows from it: how many acknowledgements a new writer
/// waits for, who gives them, and whether what was acknowledged is still there (S4, L3).
/// </summary>
/// <param name="WaitFor">Acknowledgements a commit waits for, at least one.</param>
/// <param name="TimeoutMilliseconds">After which the writer goes on without them.</param>
/// <param name="IsKept">It was waiting when it was last seen; otherwise it had fallen back and promised
/// nothing.</param>
public sealed record SemiSyncRule(int WaitFor, long TimeoutMilliseconds, bool IsKept)
{
    /// <summary>The rule a server follows as a writer; null when it is not told to wait.</summary>
    public static SemiSyncRule? Of(Member writer) => writer?.LastKnown?.SemiSync is { SourceEnabled: true } told
        ? new(Math.Max(1, told.WaitForReplicas), told.TimeoutMilliseconds, told.SourceActive)
        : null;

    /// <summary>R + W &gt; N: the W that acknowledged a commit cannot all be among the missing N − R.</summary>
    public bool IsGuaranteed(int reachable, int all) => reachable + WaitFor > all;

    /// <summary>
    /// Whether a source that was seen waiting so long ago may have gone on without acknowledgements since: it does when
    /// it has waited for its timeout, and nobody saw it.
    /// </summary>
    public bool MayHaveEndedWithin(TimeSpan age) => age.TotalMilliseconds > TimeoutMilliseconds;

    /// <summary>Never more than there are to give: waiting for nobody would block every write.</summary>
    public int WaitWith(int ackers) => Math.Min(WaitFor, ackers);

    /// <summary>
    /// The role of a new writer with so many replicas to acknowledge; null when it cannot take it, or has it already.
    /// </summary>
    public SetSemiSync? ForNewWriter(Member successor, int ackers)
    {
        ArgumentNullException.ThrowIfNull(successor);
        if (successor.Current is not { SemiSync.Available: true } instance) return null;
        var wait = WaitWith(ackers);
        var keepsAcknowledging = wait == 0 && instance.SemiSync.ReplicaEnabled;
        var step = new SetSemiSync(successor.Key, wait > 0, keepsAcknowledging, Math.Max(1, wait), TimeoutMilliseconds)
        {
            WasAcknowledging = instance.SemiSync.ReplicaEnabled,
        };
        return step.IsSatisfiedBy(instance) ? null : step;
    }

    private const string RaiseAgain = "raise it again when more follow";

    /// <summary>Why a new writer waits for as many as it does.</summary>
    public string Reason(int ackers) => WaitWith(ackers) switch
    {
        var wait when wait == WaitFor => "the old primary's durability rule goes on",
        0 => $"the old primary waited for {WaitFor}, and no replica is left to acknowledge; {RaiseAgain}",
        var wait => $"the old primary waited for {WaitFor}, and only {wait} is left to acknowledge; {RaiseAgain}",
    };

    /// <summary>The role of a server that follows another: it acknowledges where the source waits.</summary>
    public static SetSemiSync ForReplica(InstanceKey key, Member source) =>
        new(key, AsSource: false, AsReplica: source?.LastKnown?.SemiSync.SourceEnabled == true);

    /// <summary>
    /// The role a replica has again that was to become the writer and did not: it acknowledges as before, whatever
    /// this recovery told it meanwhile, and waits for nobody. Null when it is so, or when this recovery did not make it
    /// otherwise. It is told before its receiver starts: the receiver asks once, when it connects.
    /// </summary>
    public static SetSemiSync? ForReplicaAgain(Recovery recovery, Member replica)
    {
        ArgumentNullException.ThrowIfNull(replica);
        if (replica.Current is not { } instance) return null;
        var acknowledged = AcknowledgedBefore(recovery, replica.Key);
        if (!acknowledged && !(WaitsAsReplica(instance) && WasToldToWait(recovery, replica.Key))) return null;
        var again = new SetSemiSync(replica.Key, AsSource: false, AsReplica: acknowledged);
        return again.IsSatisfiedBy(instance) ? null : again;
    }

    private static bool WasToldToWait(Recovery recovery, InstanceKey key) =>
        recovery.Stages.SelectMany(s => s.Stage.Steps)
            .Any(s => s.Step is SetSemiSync { AsSource: true } && s.Step.Target.Key == key);

    /// <summary>Whether a server that waits for acknowledgements is told to wait for fewer, or for none.</summary>
    public static bool IsLowered(Instance? server, SetSemiSync told) =>
        server is { SemiSync: { SourceEnabled: true } now }
        && (!told.AsSource || told.WaitForReplicas < now.WaitForReplicas);

    /// <summary>
    /// As a replica it would wait for acknowledgements that nobody gives it, and so would its applier.
    /// </summary>
    public static bool WaitsAsReplica(Instance replica) => replica is { SemiSync.SourceEnabled: true };

    /// <summary>Somebody may count on what it received: that must not be forgotten (S4).</summary>
    public static bool Acknowledges(Instance? replica) => replica is { SemiSync.ReplicaEnabled: true };

    /// <summary>Whether a server acknowledged until this recovery gave it another role.</summary>
    public static bool AcknowledgedBefore(Recovery recovery, InstanceKey key)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        return recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<SetSemiSync>()
            .FirstOrDefault(s => s.Target.Key == key) is { AsReplica: false, WasAcknowledging: true };
    }

    /// <summary>
    /// Whether the writer gets its acknowledgements from one replica alone while its siblings are elsewhere.
    /// </summary>
    public bool IsKeptBy(Member replica) => WaitFor <= 1 && Acknowledges(replica?.Current);

    /// <summary>
    /// Why a replica cannot leave its source: a primary that waits for acknowledgements nobody gives any more accepts
    /// no commit. Null when it can.
    /// </summary>
    public static Refusal? WhyNotWithout(Topology topology, Member replica, Member source)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (!Acknowledges(replica?.Current) || !replica!.Current!.IsReplica) return null;
        if (source?.LastKnown is null)
            return new(
                $"{replica.Key} acknowledges, and {source?.Key} was never seen: how many it waits for is not known",
                $"access to {source?.Key} from here");
        if (Of(source) is not { } rule) return null;
        var left = topology.ReplicasOf(source.Key).Count(r => r.Key != replica.Key && GivesTo(topology, r, source));
        return left >= rule.WaitFor
            ? null
            : new(
                $"{source.Key} waits for {rule.WaitFor} acknowledgements of each commit; "
                + $"without {replica.Key} there would be {left} replicas to give them",
                "rpl_semi_sync_source_wait_for_replica_count, or another semi-sync replica");
    }

    private static bool GivesTo(Topology topology, Member replica, Member source) =>
        Acknowledges(replica.Current)
            && topology.LinkBetween(replica, source.Key) is { Receiver: ReplicationThread.Running };
}
