using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Leases;

/// <summary>
/// The row of a lease. It stands in the partition of its name among the cluster's recoveries, so that a write of a
/// recovery and the check of the lease are one transaction. It is never deleted: its epoch must outlive every holder.
/// </summary>
internal sealed class LeaseRows(TableClient table, TimeProvider time, ILogger log)
{
    public const string Key = "lease";
    private const string Holder = "Holder";
    private const string Epoch = "Epoch";
    private const string Until = "Until";

    // ETags of the leases this process holds, so that a write need not read the row first. A wrong one costs one more
    // round trip, no safety.
    private readonly ConcurrentDictionary<(string Name, string Holder), (long Epoch, ETag Tag)> _tags = new();

    /// <summary>
    /// For so long what was read ahead is worth trying: it saves a round trip, and a wrong one costs one.
    /// </summary>
    private static readonly TimeSpan AheadFor = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Ahead> _ahead = new();

    /// <summary>
    /// Reads the lease for somebody who is about to ask for it, and says nothing of it. An error here is no error.
    /// </summary>
    public async Task ReadAheadAsync(string name, CancellationToken cancel)
    {
        var at = time.GetTimestamp();
        try
        {
            var (lease, tag) = await ReadAsync(name, cancel);
            _ahead[name] = new Ahead(lease, tag, at);
        }
        catch (RequestFailedException)
        {
            // Whoever asks for the lease reads it then.
        }
    }

    /// <summary>What was read ahead, once; null when nothing was, or too long ago.</summary>
    public (Lease? Lease, ETag Tag)? TakeAhead(string name) =>
        _ahead.TryRemove(name, out var read) && time.GetElapsedTime(read.At) <= AheadFor
            ? (read.Lease, read.Tag)
            : null;

    /// <summary>The lease as stored, with an empty holder when it is free; null when there never was one.</summary>
    public async Task<(Lease? Lease, ETag Tag)> ReadAsync(string name, CancellationToken cancel)
    {
        var found =
            await table.GetEntityIfExistsAsync<TableEntity>(RowKeys.Escape(name), Key, cancellationToken: cancel);
        if (!found.HasValue) return (null, default);
        var row = found.Value!;
        if (row.Number(Epoch) is { } epoch && row.Instant(Until) is { } until)
            return (new Lease(name, row.Text(Holder), epoch, until), row.ETag);
        log.UnreadableRow(row, "a lease without epoch or end is taken for held by another");
        return (new Lease(name, "?", 0, DateTimeOffset.MaxValue), row.ETag);
    }

    public async Task InsertAsync(Lease lease, CancellationToken cancel) =>
        Remember(lease, await table.AddEntityAsync(RowOf(lease), cancel));

    public async Task ReplaceAsync(Lease lease, ETag tag, CancellationToken cancel) =>
        Remember(lease, await table.UpdateEntityAsync(RowOf(lease), tag, TableUpdateMode.Replace, cancel));

    /// <summary>
    /// The ETag under which the lease is ours, remembered or, when that failed, read; null when the lease was lost.
    /// </summary>
    public async Task<ETag?> TagAsync(Lease lease, bool afresh, CancellationToken cancel)
    {
        if (!afresh && _tags.TryGetValue((lease.Name, lease.Holder), out var known) && known.Epoch == lease.Epoch)
            return known.Tag;
        var (stored, tag) = await ReadAsync(lease.Name, cancel);
        if (stored is not null && stored.Holder == lease.Holder && stored.Epoch == lease.Epoch)
        {
            _tags[(lease.Name, lease.Holder)] = (lease.Epoch, tag);
            return tag;
        }
        Forget(lease);
        return null;
    }

    /// <summary>
    /// The part of a transaction that fails unless the lease is still ours. It changes nothing but the ETag.
    /// </summary>
    public static TableTransactionAction Check(Lease lease, ETag tag) =>
        new(TableTransactionActionType.UpdateMerge, Columns.Row(RowKeys.Escape(lease.Name), Key), tag);

    public void Remember(Lease lease, Response written)
    {
        if (lease.Holder.Length == 0) return;
        if (written.Headers.ETag is { } tag) _tags[(lease.Name, lease.Holder)] = (lease.Epoch, tag);
        else Forget(lease);
    }

    public void Forget(Lease lease) => _tags.TryRemove((lease.Name, lease.Holder), out _);

    private static TableEntity RowOf(Lease lease)
    {
        var row = Columns.Row(RowKeys.Escape(lease.Name), Key);
        (row[Holder], row[Epoch], row[Until]) = (lease.Holder, lease.Epoch, lease.Until);
        return row;
    }

    private sealed record Ahead(Lease? Lease, ETag Tag, long At);
}
