namespace OrchestratorFunctions.Core.Watching;

/// <summary>
/// One problem of one server from when it was found until it is gone: what was decided about it, and when it is decided
/// anew. Instants are readings of the process's monotonic clock.
/// </summary>
/// <param name="Since">When it was found first by a process that might act on it.</param>
public sealed record StandingProblem(TimeSpan Since)
{
    /// <summary>How long a decision stands before the gate is asked again.</summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// While the agreement of another place is missing the gate is asked more often, at first and at last: the other
    /// place may be about to agree.
    /// </summary>
    public static readonly TimeSpan WaitFirst = TimeSpan.FromMilliseconds(40), WaitMost = TimeSpan.FromSeconds(1);

    /// <summary>A failure was sent for it, or a recovery of it is under way.</summary>
    public bool IsSent { get; init; }

    /// <summary>Why it was held back last; empty when it was not.</summary>
    public string Held { get; init; } = "";

    /// <summary>The reason that is stored; empty when none is.</summary>
    public string Recorded { get; init; } = "";

    /// <summary>From when on the gate is asked again.</summary>
    public TimeSpan AskAt { get; init; } = Since;

    /// <summary>The pause until agreement that is missing is asked for again; zero when none is missing.</summary>
    public TimeSpan Waiting { get; init; }

    public bool IsWaiting => Waiting > TimeSpan.Zero;

    /// <summary>
    /// The verdict was told, and what it waits for or is held back by too: while that stands it is no news.
    /// </summary>
    public bool IsTold => IsWaiting || Held.Length > 0;

    /// <summary>
    /// What a judgement says of it without asking the gate; null when the gate is to be asked.
    /// </summary>
    public Judgement? StandsAt(TimeSpan now)
    {
        if (now >= AskAt) return null;
        if (IsSent || Held.Length > 0) return Judgement.Final;
        return IsWaiting ? Judgement.Nothing : null;
    }

    /// <summary>Whether agreement that is missing may still come.</summary>
    public bool IsPatientAt(TimeSpan now, TimeSpan patience) => now - Since < patience;

    /// <summary>
    /// Whether why nothing is done about it is to be recorded: no plan removes it, and it has lasted for a while.
    /// </summary>
    public bool IsToBeRecordedAt(TimeSpan now, TimeSpan heldAfter) =>
        Recorded.Length == 0 && now >= AskAt && now - Since >= heldAfter;

    /// <summary>A failure is sent for it now, or its recovery is found to be under way.</summary>
    public StandingProblem SentAt(TimeSpan now) => this with { IsSent = true, AskAt = now + AskAgainAfter };

    /// <summary>It is held back now.</summary>
    public StandingProblem HeldAt(TimeSpan now, string because) =>
        this with { IsSent = false, Held = because, AskAt = now + AskAgainAfter };

    /// <summary>
    /// A recovery of its cluster ended: the gate is asked again now when it held this problem back, since that recovery
    /// may have been why. What was sent keeps its pause: it may be that very recovery, and would begin without one.
    /// </summary>
    public StandingProblem AfterEndAt(TimeSpan now) =>
        !IsSent && Held.Length > 0 && now < AskAt ? this with { AskAt = now } : this;

    /// <summary>Agreement is missing now; it is asked for again at growing pauses.</summary>
    public StandingProblem WaitAt(TimeSpan now)
    {
        var longer = IsWaiting ? Waiting * 1.5 : WaitFirst;
        var pause = longer < WaitMost ? longer : WaitMost;
        return this with { Waiting = pause, AskAt = now + pause };
    }
}
