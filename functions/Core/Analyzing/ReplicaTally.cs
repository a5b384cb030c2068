using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>
/// Counts over the direct replicas of one server: the only arithmetic the rules see.
/// Every count but <see cref="Total"/> and <see cref="Downtimed"/> speaks of replicas that were seen by the latest
/// probe.
/// </summary>
public sealed record ReplicaTally
{
    /// <summary>Nothing counted.</summary>
    public static ReplicaTally None { get; } = new();

    /// <summary>Direct replicas known.</summary>
    public int Total { get; init; }

    /// <summary>Seen by the latest probe.</summary>
    public int Seen { get; init; }

    /// <summary>Receiver running and not silent: something arrived from the source lately.</summary>
    public int Hearing { get; init; }

    /// <summary>
    /// Those of <see cref="Hearing"/> that have heard nothing for as long as silence has to be confirmed, and expect
    /// nothing yet: their heartbeat settings do not let them tell.
    /// </summary>
    public int CannotTell { get; init; }

    /// <summary>Those that get nothing from the source, and have got nothing for so long.</summary>
    public int Certain { get; init; }

    /// <summary>Hearing and applying.</summary>
    public int Replicating { get; init; }

    /// <summary>Receiver connecting or given up, for lack of a connection it had until the source was lost.</summary>
    public int CannotReach { get; init; }

    /// <summary>Receiver says it runs, but heartbeats have stopped arriving since the source was lost.</summary>
    public int Silent { get; init; }

    /// <summary>
    /// It heard nothing of the source already when we still saw the source: it cannot know what happened since.
    /// </summary>
    public int LostBefore { get; init; }

    /// <summary>Receiver runs and waits for room on its own server: it would not hear a source that is well.</summary>
    public int HeldUp { get; init; }

    /// <summary>
    /// Receiver stopped by hand, or refused by the source: it says nothing about the source being down.
    /// </summary>
    public int Stopped { get; init; }

    /// <summary>It did not tell its replication state: it may hear from the source or not (S16).</summary>
    public int Untold { get; init; }

    /// <summary>
    /// Not counted in <see cref="Total"/>: seen servers that told whom they follow last before the source became the
    /// primary, and do not tell now. They may follow it, and hear from it.
    /// </summary>
    public int MayFollow { get; init; }

    /// <summary>
    /// Not counted in <see cref="Total"/>: servers that receive from an address that no member is known by
    /// (<see cref="Topology.ReceivingElsewhere"/>): the source may live there.
    /// </summary>
    public int Elsewhere { get; init; }

    /// <summary>
    /// Not seen, and known to be down: it refuses connections, or was gone when we still saw the source.
    /// </summary>
    public int Gone { get; init; }

    /// <summary>Seen and further behind than reasonable (delay not counted).</summary>
    public int Lagging { get; init; }

    /// <summary>Seen and delayed on purpose.</summary>
    public int Delayed { get; init; }

    /// <summary>Under downtime.</summary>
    public int Downtimed { get; init; }

    /// <summary>Every replica was seen; true without replicas.</summary>
    public bool AllSeen => Seen == Total;

    /// <summary>No replica was seen; true without replicas.</summary>
    public bool NoneSeen => Seen == 0;

    /// <summary>Replicas that positively say that they get nothing from the source.</summary>
    public int Agreeing => CannotReach + Silent;

    /// <summary>Not seen, though it was there with the source: it may hear from it where we cannot look.</summary>
    public int OutOfSight => Total - Seen - Gone;

    /// <summary>
    /// Nobody has heard from the source lately, some cannot tell, and more than half are certain (S8).
    /// </summary>
    public bool IsOutvoted =>
        Hearing > 0 && Hearing == CannotTell && Certain * 2 > Total - Gone - Stopped - HeldUp;

    /// <summary>
    /// Those that get nothing from the source are more than half of the replicas that may hear it. Seen ones that say
    /// nothing do not count, they are on our side of whatever parts us from the source; nor do those that were gone
    /// before, they are on no side. One that is seen and does not tell may hear it.
    /// </summary>
    public bool IsMajority => (Agreeing + LostBefore) * 2 > Total + MayFollow - Gone - Stopped - HeldUp;

    /// <summary>
    /// All are further behind than reasonable, one of them against its will, and some still hear: they notice late.
    /// </summary>
    public bool AllLag => Hearing > 0 && Lagging == Total && Delayed < Total;

    public static ReplicaTally Of(Topology topology, Member source, DetectionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(source);
        var replicas = topology.ReplicasOf(source.Key);
        if (replicas.IsEmpty) return None;
        var isRoot = topology.SourcesOf(source).IsEmpty;
        (Member Replica, ReplicationLink Link)[] seen =
        [
            .. from replica in replicas
               where replica.IsSeen
               let link = topology.LinkBetween(replica, source.Key)
               where link is not null
               select (replica, link),
        ];
        var links = seen.Select(p => p.Link).ToArray();
        var says = seen.Select(p => ReportOf(p.Replica, p.Link, source, policy)).ToArray();
        return new ReplicaTally
        {
            Total = replicas.Length,
            MayFollow = topology.Members.Count(m => UntoldReplicas.MayFollow(topology, m, source)),
            Elsewhere = isRoot ? topology.ReceivingElsewhere(source.Key).Count() : 0,
            Seen = replicas.Count(r => r.IsSeen),
            Hearing = says.Count(Hears),
            CannotTell = says.Count(s => s == Report.CannotTell),
            Certain = links.Zip(says).Count(p => IsCertain(p.First, p.Second, policy)),
            Replicating = links.Zip(says).Count(p => IsReplicating(p.First, p.Second)),
            CannotReach = says.Count(s => s == Report.CannotReach),
            Silent = says.Count(s => s == Report.Silent),
            LostBefore = says.Count(s => s == Report.LostBefore),
            HeldUp = says.Count(s => s == Report.HeldUp),
            Stopped = says.Count(s => s == Report.Stopped),
            Untold = says.Count(s => s == Report.Untold),
            Gone = replicas.Count(r => r.Outcome.IsDefinite || LinkAge.WasGoneBefore(r, source)),
            Lagging = links.Count(l => (l.LagSeconds ?? 0) - l.DelaySeconds > policy.ReasonableLagSeconds),
            Delayed = links.Count(l => l.DelaySeconds > 0),
            Downtimed = replicas.Count(r => r.Downtime?.IsActiveAt(topology.TakenAt) == true),
        };
    }

    /// <summary>What one replica that was seen says of its source.</summary>
    private enum Report
    {
        Hears,
        CannotTell,
        CannotReach,
        Silent,
        LostBefore,
        HeldUp,
        Stopped,
        Untold,
    }

    private static Report ReportOf(Member replica, ReplicationLink link, Member source, DetectionPolicy policy)
    {
        if (replica.Current is not { KnowsLinks: true }) return Report.Untold;
        var isLost = !source.IsSeen && LinkAge.WasLostBefore(replica, link, source);
        if (HasJustBegun(link, policy)) return Report.Untold;
        if (link.CannotReachSource) return isLost ? Report.LostBefore : Report.CannotReach;
        if (link.Receiver != ReplicationThread.Running) return Report.Stopped;
        // Not being able to tell since when nothing arrived is no silence (S16).
        if (!IsSilent(link, policy)) return CanTell(link, source, policy) ? Report.Hears : Report.CannotTell;
        if (link.HeldUpBy.Length > 0) return Report.HeldUp;
        return isLost ? Report.LostBefore : Report.Silent;
    }

    // Told to connect a moment ago, it has no answer yet: that is no word about the source (S16).
    private static bool HasJustBegun(ReplicationLink link, DetectionPolicy policy) =>
        link is { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: 0 }
        && link.SilentFor < policy.SilenceConfirmation;

    private static bool IsReplicating(ReplicationLink link, Report testimony) =>
        Hears(testimony) && link.Applier == ReplicationThread.Running;

    private static bool Hears(Report testimony) => testimony is Report.Hears or Report.CannotTell;

    // It has heard lately, or well after we lost the source; or it was never asked since when it hears nothing.
    private static bool CanTell(ReplicationLink link, Member source, DetectionPolicy policy) =>
        link.SilentFor is not { } silent || silent < policy.SilenceConfirmation
        || silent + policy.SilenceConfirmation < source.FailingFor;

    private static bool IsCertain(ReplicationLink link, Report testimony, DetectionPolicy policy) => testimony switch
    {
        Report.CannotReach => true,
        Report.Silent => link.SilentFor >= policy.SilenceConfirmation,
        _ => false,
    };

    // Heartbeats come only while the source is idle, so an event is as good as a heartbeat; SilentFor counts both.
    private static bool IsSilent(ReplicationLink link, DetectionPolicy policy) =>
        link.SilentFor is { } silent
        && link.HeartbeatInterval is { } beat && beat > TimeSpan.Zero
        && silent >= Max(beat * policy.MissedHeartbeats, policy.SilenceConfirmation - beat);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
