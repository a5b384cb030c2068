namespace OrchestratorFunctions.Core.Running;

/// <summary>How patient a run is.</summary>
public sealed record RunLimits
{
    /// <summary>A look without an answer for this long has failed.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A look at another server than the subject is repeated once, because a single lost answer is no death.
    /// </summary>
    public int LooksMost { get; init; } = 2;

    /// <summary>
    /// What was seen of the subject counts for this long before another server is opened (S18), and of a server before
    /// a step on it.
    /// </summary>
    public TimeSpan FreshFor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What was seen of all servers counts for this long: a slow store must not have a stage run on an old picture.
    /// </summary>
    public TimeSpan PictureFor { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The limits for looks of this length. A server that is silent is looked at twice, and the picture must outlast
    /// that: else a stage would be looked for again and again.
    /// </summary>
    /// <param name="lease">How long the cluster's lease is taken for; null where it does not run out.</param>
    public static RunLimits For(TimeSpan look, TimeSpan? lease = null)
    {
        var limits = new RunLimits { Look = look };
        var reserve = (2 * look) + EndOfBlock;
        if (lease is { } length) limits = limits with { LeaseReserve = Least(reserve, length / 4) };
        var longest = (limits.LooksMost * look) + TimeSpan.FromSeconds(1);
        return longest > limits.PictureFor ? limits with { PictureFor = longest } : limits;
    }

    private static readonly TimeSpan EndOfBlock = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A block of writes is ended when no more than this is left of the lease: enough to look at the others, to look
    /// once more beside what ends it, and to send that. A lease that is renewed has always more.
    /// </summary>
    public TimeSpan LeaseReserve { get; init; }

    /// <summary>
    /// While nobody can write, a stage waits for so long for steps that may fail, after those that may not have ended
    /// (L8). What they still do is heard of later.
    /// </summary>
    public TimeSpan BestEffort { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Between two attempts to store a record while writes are blocked or were let through again.</summary>
    public TimeSpan SaveAgain { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks for what an operator asked for: a failover under a second asks for nothing.</summary>
    public TimeSpan ListenEvery { get; init; } = TimeSpan.FromSeconds(1);

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
