using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>Where the watch of one cluster stands. Instants are readings of the process's monotonic clock.</summary>
public sealed record WatchRun
{
    public required ClusterPicture Picture { get; init; }

    /// <summary>What of the picture is stored.</summary>
    public SavedSightings Saved { get; init; } = SavedSightings.None;

    public WatchPolicy Policy { get; init; } = new();

    /// <summary>The chance by which first probes are spread; no two processes and clusters need the same.</summary>
    public ulong Chance { get; init; }

    /// <summary>Members that are probed in turn.</summary>
    public ImmutableDictionary<InstanceKey, MemberWatch> Watched { get; init; } =
        ImmutableDictionary<InstanceKey, MemberWatch>.Empty;

    /// <summary>Of the members that are probed in turn; those of the picture at the last tick.</summary>
    public ImmutableArray<InstanceKey> Keys { get; init; } = [];

    /// <summary>Sources that are looked at again and again, with their replicas.</summary>
    public ImmutableDictionary<InstanceKey, Suspicion> Suspects { get; init; } =
        ImmutableDictionary<InstanceKey, Suspicion>.Empty;

    public JudgementTurn Judging { get; init; } = new();

    /// <summary>When the members are gone through next.</summary>
    public TimeSpan TickAt { get; init; }

    /// <summary>How many members and suspicions got a number so far.</summary>
    public int Numbers { get; init; }
}

/// <summary>What the watch does with one member.</summary>
/// <param name="Number">Tells it from the watch of the same server before it was forgotten and found again.</param>
public sealed record MemberWatch(int Number)
{
    /// <summary>Its own first probe has not ended.</summary>
    public bool IsNew { get; init; } = true;

    /// <summary>How many of the newest probes failed.</summary>
    public int Failures { get; init; }

    /// <summary>A session is held to it, or being opened.</summary>
    public bool IsHeld { get; init; }

    /// <summary>From when on a session may be held again.</summary>
    public TimeSpan HoldAt { get; init; }

    /// <summary>Since when the newest session is held, or being opened.</summary>
    public TimeSpan HeldSince { get; init; }

    /// <summary>How many of the newest sessions ended soon: a server that is full gives none.</summary>
    public int ShortHolds { get; init; }

    /// <summary>The session for steps is being seen to.</summary>
    public bool IsWarming { get; init; }

    /// <summary>From when on the session for steps is to be seen to again.</summary>
    public TimeSpan WarmAt { get; init; }
}

/// <summary>A source that may be dead.</summary>
/// <param name="Number">Tells it from an earlier suspicion of the same server.</param>
/// <param name="Cause">What waits for its end.</param>
/// <param name="Pause">From one round of looks to the next.</param>
public sealed record Suspicion(int Number, SuspicionCause Cause, TimeSpan Pause)
{
    /// <summary>Whose look of this round has not ended.</summary>
    public ImmutableHashSet<InstanceKey> Awaited { get; init; } = [];

    /// <summary>The look of this round gave evidence of death.</summary>
    public bool IsDead { get; init; }

    /// <summary>What a verdict asks of the store was asked for.</summary>
    public bool IsReadAhead { get; init; }
}

/// <summary>What gave rise to a suspicion, and goes on when it is over.</summary>
public enum SuspicionCause
{
    /// <summary>A probe of its turn: the turn waits.</summary>
    Probe,
    /// <summary>The held session ended: a new one waits.</summary>
    Session,
}

/// <summary>Who waits for a judgement of the cluster. One is made at a time.</summary>
public sealed record JudgementTurn
{
    public bool IsUnderWay { get; init; }

    /// <summary>Suspects whose round the judgement under way answers.</summary>
    public ImmutableArray<InstanceKey> For { get; init; } = [];

    public ImmutableArray<JudgementWait> Waits { get; init; } = [];
}

/// <summary>A judgement that is wanted.</summary>
/// <param name="Suspect">Whose round it answers; null when nobody waits for it.</param>
/// <param name="Awaited">Members that are looked at for the first time before it.</param>
public sealed record JudgementWait(InstanceKey? Suspect, ImmutableHashSet<InstanceKey> Awaited);
