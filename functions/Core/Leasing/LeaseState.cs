namespace OrchestratorFunctions.Core.Leasing;

/// <summary>What a lease is waiting for.</summary>
public enum LeasePhase
{
    /// <summary>It was asked for, and the store has not answered.</summary>
    Asked,
    /// <summary>It is held; the next renewal waits for its time.</summary>
    Held,
    /// <summary>It is held, and a renewal is under way.</summary>
    Renewing,
    /// <summary>Another holder has it, or it ran out before it could be renewed.</summary>
    Lost,
    /// <summary>It was never had, or it was given up.</summary>
    Over,
}

/// <summary>
/// Where a lease stands. All instants are of the holder's monotonic clock, which only goes forward; the wall clock,
/// which may be set back, decides nothing here.
/// </summary>
/// <param name="Holder">Who asks; no two takings share a name.</param>
/// <param name="Epoch">Number of the lease; it grows with every new holder (S2). 0 before it is had.</param>
/// <param name="AskedAt">When the newest request began: what it brings runs from then at the earliest.</param>
/// <param name="Deadline">
/// From then on the lease is not believed in; <see cref="TimeSpan.MinValue"/> while it is not had.
/// </param>
public sealed record LeaseState(
    LeaseTerms Terms, string Holder, LeasePhase Phase, long Epoch, TimeSpan AskedAt, TimeSpan Deadline)
{
    /// <summary>
    /// It ran out while the store was silent, and the store may keep it for us for some while yet: others wait for
    /// that. It is given back as soon as it is not needed.
    /// </summary>
    public bool RanOut { get; init; }

    /// <summary>Whether it was had and neither lost nor given up.</summary>
    public bool IsHeld => Phase is LeasePhase.Held or LeasePhase.Renewing;

    /// <summary>For how long it is certainly ours; zero when it may be another one's.</summary>
    public TimeSpan LeftAt(TimeSpan now) => IsHeld && Deadline > now ? Deadline - now : TimeSpan.Zero;
}
