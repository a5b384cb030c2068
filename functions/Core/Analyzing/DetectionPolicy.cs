namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>When silence becomes a verdict and lag becomes a problem.</summary>
public sealed record DetectionPolicy
{
    /// <summary>
    /// A server that does not answer at all must stay silent for this long before it counts as dead. A stall of two
    /// seconds is none, with a moment more for a server and a network that wake up slowly.
    /// </summary>
    public TimeSpan SilenceConfirmation { get; init; } = TimeSpan.FromSeconds(2.15);

    /// <summary>A replica must have missed this many heartbeats before it agrees that its source is silent.</summary>
    public double MissedHeartbeats { get; init; } = 2;

    /// <summary>
    /// Whether a silent source counts as dead only when more than half of its replicas agree, without those that were
    /// gone before (S8): the others may be with it beyond a broken network.
    /// </summary>
    public bool ReplicaMajority { get; init; } = true;

    /// <summary>More lag than this is called lagging.</summary>
    public long ReasonableLagSeconds { get; init; } = 10;

    public static DetectionPolicy Default { get; } = new();
}
