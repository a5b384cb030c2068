namespace OrchestratorFunctions.Core.Leasing;

/// <summary>For how long a lease is taken, and how it is kept.</summary>
/// <param name="Length">The store keeps it for the holder for so long after a request.</param>
/// <param name="OutlivesSilence">
/// While the store is away the belief in the lease ends in time like any other, but renewals go on, and one that is
/// answered brings the belief back: nobody took the lease meanwhile, or the store would refuse. Otherwise a lease that
/// ran out is lost.
/// </param>
public sealed record LeaseTerms(TimeSpan Length, bool OutlivesSilence = false)
{
    /// <summary>
    /// The belief ends so long before the store's own end: clocks that run unequally fast need it, and what was sent
    /// just before the end.
    /// </summary>
    public TimeSpan Margin => Length / 3;

    /// <summary>From the beginning of one request that succeeded to the next one.</summary>
    public TimeSpan RenewEvery => Length / 3;

    /// <summary>From a request without an answer to the next one.</summary>
    public TimeSpan RetryAfter => Length / 12;

    /// <summary>A release is waited for so long; unanswered, the lease runs out by itself.</summary>
    public TimeSpan ReleaseWithin => Length / 3;
}
