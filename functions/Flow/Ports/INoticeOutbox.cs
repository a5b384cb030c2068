using System.Collections.Immutable;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>
/// That an address has yet to hear all about a recovery. What there is to tell stands in the stored recovery, so
/// nothing is told that it does not bear out; here stands only how far the address was told.
/// </summary>
/// <param name="To">The mark of the address.</param>
/// <param name="Held">For one that was held the record itself: a newer one that says the same takes its place in the
/// store.</param>
/// <param name="Told">How many of its notices are done with.</param>
public sealed record OutboxEntry(
    string Recovery, string To, ClusterId Cluster, DateTimeOffset Since, Recovery? Held = null, int Told = 0)
{
    /// <summary>The id of a held record stays free for a recovery, and for being held for another reason.</summary>
    public string Key => $"{(Held is null ? Recovery : Notices.Of(Held)[0].Id)}/{To}";
}

/// <summary>Who has yet to hear of what: it survives the process that was telling.</summary>
public interface INoticeOutbox
{
    /// <summary>Adds it, unless it is there; gives what is there then.</summary>
    Task<OutboxEntry> AddAsync(OutboxEntry untold, CancellationToken cancel);

    /// <summary>Oldest recoveries first.</summary>
    Task<ImmutableArray<OutboxEntry>> ReadAsync(CancellationToken cancel);

    /// <summary>
    /// Writes how far it was told; false when it was removed meanwhile: another process told the rest.
    /// </summary>
    Task<bool> SaveAsync(OutboxEntry untold, CancellationToken cancel);

    /// <summary>No error when it was removed already.</summary>
    Task RemoveAsync(OutboxEntry untold, CancellationToken cancel);
}

/// <summary>Addresses that want to hear, and what is kept for them.</summary>
public sealed record NoticePorts(INoticeOutbox Store, ImmutableArray<INoticeSink> Sinks);
