using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>Leases in memory, and ledgers: as text, with the text itself as the tag.</summary>
internal sealed partial class Memory
{
    private readonly Dictionary<ClusterId, string> ledgers = [];

    public Task<Ledger> ReadLedgerAsync(ClusterId cluster, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(LedgerOf(cluster));
    }

    public Task<bool> SettleAsync(ClusterId cluster, Ledger ledger, CancellationToken cancel)
    {
        lock (gate)
        {
            if (LedgerOf(cluster).Tag != ledger.Tag) return Task.FromResult(false);
            Keep(cluster, ledger);
            return Task.FromResult(true);
        }
    }

    /// <summary>As a recovery does that opens another server.</summary>
    public void MarkFormer(InstanceKey key)
    {
        lock (gate)
        {
            var ledger = LedgerOf(World.Cluster);
            Keep(World.Cluster, ledger.With(new LedgerEntry.FormerPrimary(key, "r0", time.GetUtcNow())) with { Version = ledger.Version + 1 });
        }
        Interlocked.Increment(ref mark);
    }

    /// <summary>As another version may have written it.</summary>
    public void WriteLedger(ClusterId cluster, string json)
    {
        lock (gate) ledgers[cluster] = json;
    }

    private Ledger LedgerOf(ClusterId cluster)
    {
        if (!ledgers.TryGetValue(cluster, out var json)) return Ledger.Empty;
        try
        {
            return JsonSerializer.Deserialize<Ledger>(json, CoreJson.Options)! with { Tag = json };
        }
        catch (JsonException e)
        {
            return Ledger.Empty with { Tag = json, Problem = e.Message };
        }
    }

    /// <summary>What is owed there from now on, whoever says it.</summary>
    public void Keep(ClusterId cluster, Ledger ledger) => ledgers[cluster] = JsonSerializer.Serialize(ledger, CoreJson.Options);

    public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan length, CancellationToken cancel)
    {
        lock (gate)
        {
            Asked[name] = Asked.GetValueOrDefault(name) + 1;
            var now = time.GetUtcNow();
            if (leases.TryGetValue(name, out var lease) && lease.Until > now && lease.Holder != holder) return Task.FromResult<Lease?>(null);
            var epoch = lease is null ? 1 : lease.Holder == holder && lease.Until > now ? lease.Epoch : lease.Epoch + 1;
            return Task.FromResult<Lease?>(leases[name] = new Lease(name, holder, epoch, now + length));
        }
    }

    Task<Lease?> IClusterLease.ReadAsync(string name, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(leases.GetValueOrDefault(name) is { Holder.Length: > 0 } lease && lease.Until > time.GetUtcNow() ? lease : null);
    }

    public Task<Lease?> TryRenewAsync(Lease lease, TimeSpan length, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(Holds(lease) ? leases[lease.Name] = lease with { Until = time.GetUtcNow() + length } : null);
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancel)
    {
        lock (gate)
            if (Holds(lease)) leases[lease.Name] = lease with { Holder = "", Until = DateTimeOffset.MinValue };
        return Task.CompletedTask;
    }

    public Task ReleaseAsync(string name, string holder, CancellationToken cancel)
    {
        lock (gate)
            if (leases.TryGetValue(name, out var stored) && stored.Holder == holder)
                leases[name] = stored with { Holder = "", Until = DateTimeOffset.MinValue };
        return Task.CompletedTask;
    }
}
