using OrchestratorFunctions.Core.Model;

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

    /// <summary>Hearing and applying.</summary>
    public int Replicating { get; init; }

    /// <summary>Receiver connecting or given up, for lack of a connection.</summary>
    public int CannotReach { get; init; }

    /// <summary>Receiver says it runs, but heartbeats have stopped arriving.</summary>
    public int Silent { get; init; }

    /// <summary>
    /// Receiver stopped by hand, or refused by the source: it says nothing about the source being down.
    /// </summary>
    public int Stopped { get; init; }

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

    /// <summary>
    /// All are further behind than reasonable, one of them against its will, and some still hear: they notice late.
    /// </summary>
    public bool AllLag => Hearing > 0 && Lagging == Total && Delayed < Total;

    public static ReplicaTally Of(Topology topology, Member source, DetectionPolicy policy)
    {
        var replicas = topology.ReplicasOf(source.Key);
        var seen = replicas.Where(r => r.IsSeen);
        var links = seen.Select(r => topology.LinkBetween(r, source.Key)).OfType<ReplicationLink>().ToArray();
        return new ReplicaTally
        {
            Total = replicas.Length,
            Seen = replicas.Count(r => r.IsSeen),
            Hearing = links.Count(l => Hears(l, policy)),
            Replicating = links.Count(l => Hears(l, policy) && l.Applier == ReplicationThread.Running),
            CannotReach = links.Count(l => l.CannotReachSource),
            Silent = links.Count(l => IsSilent(l, policy)),
            Stopped = links.Count(l => l.Receiver != ReplicationThread.Running && !l.CannotReachSource),
            Lagging = links.Count(l => (l.LagSeconds ?? 0) - l.DelaySeconds > policy.ReasonableLagSeconds),
            Delayed = links.Count(l => l.DelaySeconds > 0),
            Downtimed = replicas.Count(r => r.Downtime?.IsActiveAt(topology.TakenAt) == true),
        };
    }

    /// <summary>
    /// The receiver runs and either heard something lately or cannot tell: not being able to tell is no silence (S16).
    /// </summary>
    private static bool Hears(ReplicationLink link, DetectionPolicy policy) =>
        link.Receiver == ReplicationThread.Running && !IsSilent(link, policy);

    // Heartbeats come only while the source is idle, so an event is as good as a heartbeat; SilentFor counts both.
    private static bool IsSilent(ReplicationLink link, DetectionPolicy policy) =>
        link.Receiver == ReplicationThread.Running
        && link.SilentFor is { } silent
        && link.HeartbeatInterval is { } beat && beat > TimeSpan.Zero
        && silent >= Max(beat * policy.MissedHeartbeats, policy.SilenceConfirmation - beat);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
