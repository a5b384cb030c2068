using System.Collections.Immutable;
using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>The process that was writing died: what it had written stays.</summary>
internal sealed class ProcessDied : Exception;

/// <summary>Storage in memory with the promises of the real one, shared by all processes of a test. Recoveries pass through JSON as in the real one.</summary>
internal sealed partial class Memory(TimeProvider time) : ITopologyStore, IRecoveryStore, IClusterLease, IAuditLog
{
    private readonly Lock gate = new();
    private readonly Dictionary<ClusterId, StoredCluster> clusters = [];
    private readonly Dictionary<string, (ClusterId Cluster, string Json, string By)> recoveries = [];
    private int mark;
    private readonly Dictionary<ClusterId, string> active = [];
    private readonly Dictionary<string, Lease> leases = [];
    private readonly Dictionary<ClusterId, (string Id, OperatorSignal Word)> words = [];

    /// <summary>Called before each write of a recovery, with its number from 1.</summary>
    public Action<int> BeforeWrite { get; set; } = _ => { };

    /// <summary>How often each lease was asked for.</summary>
    public Dictionary<string, int> Asked { get; } = [];

    public int Writes { get; private set; }
    public int WordsRead { get; private set; }
    public List<AuditEntry> Entries { get; } = [];

    public void Store(Topology topology)
    {
        lock (gate)
        {
            clusters[topology.Cluster] = new StoredCluster(topology.Cluster, "", null, [.. topology.Members.Select(Flow.Knowing.LiveCluster.AsStored)]);
            if (!topology.Ledger.SaysTheSameAs(Ledger.Empty)) Keep(topology.Cluster, topology.Ledger with { Version = 1 });
        }
    }

    /// <summary>As if the holder's lease had run out and another process had taken it.</summary>
    public void Steal(string name, TimeSpan? length = null)
    {
        var until = time.GetUtcNow() + (length ?? TimeSpan.FromHours(1));
        lock (gate) leases[name] = new Lease(name, "thief", leases[name].Epoch + 1, until);
    }

    /// <summary>Awaited before all clusters are read; it may throw.</summary>
    public Func<Task> BeforeReadAll { get; set; } = () => Task.CompletedTask;

    /// <summary>How often all clusters were read.</summary>
    public int WholeReads { get; private set; }

    public async Task<ImmutableArray<StoredCluster>> ReadAllAsync(CancellationToken cancel)
    {
        await BeforeReadAll();
        lock (gate)
        {
            WholeReads++;
            return [.. clusters.Values.Select(c => c with { Ledger = LedgerOf(c.Id) })];
        }
    }

    public Task<string> ReadMarkAsync(CancellationToken cancel) => Task.FromResult($"{Volatile.Read(ref mark)}");

    Task<StoredCluster?> ITopologyStore.ReadAsync(ClusterId cluster, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(clusters.TryGetValue(cluster, out var c) ? c with { Ledger = LedgerOf(cluster) } : null);
    }

    public Task SaveClusterAsync(ClusterId cluster, string alias, CancellationToken cancel) =>
        Change(cluster, c => c with { Alias = alias.Length > 0 ? alias : c.Alias });

    public Task SaveSightingsAsync(ClusterId cluster, IReadOnlyCollection<StoredMember> members, CancellationToken cancel) => Put(cluster, c => c with
    {
        Members = [.. c.Members.Select(m => members.FirstOrDefault(n => n.Key == m.Key) is { } n
                       ? n with
                       {
                           PromotionRule = m.PromotionRule, PromotionRuleUntil = m.PromotionRuleUntil, Downtime = m.Downtime, Tags = m.Tags, Maintenance = m.Maintenance,
                           OtherNames = n.OtherNames.IsEmpty ? m.OtherNames : n.OtherNames,
                       }
                       : m),
                   .. members.Where(n => c.Members.All(m => m.Key != n.Key))],
    });

    public Task NoteLedgerAsync(ClusterId cluster, bool owes, CancellationToken cancel) => Change(cluster, c => c);

    public Task<WriteOutcome> BeginAsync(Recovery recovery, Ledger? ledger, Lease lease, CancellationToken cancel)
    {
        if (recovery.IsEnded) throw new ArgumentException("it has ended before it began", nameof(recovery));
        BeforeWrite(++Writes);
        lock (gate)
        {
            if (!Holds(lease)) return Task.FromResult(WriteOutcome.LeaseLost);
            if (active.ContainsKey(recovery.Cluster) || recoveries.ContainsKey(recovery.Id)) return Task.FromResult(WriteOutcome.Taken);
            if (ledger is not null && ledger.Tag != LedgerOf(recovery.Cluster).Tag) return Task.FromResult(WriteOutcome.Outdated);
            if (ledger is not null) Keep(recovery.Cluster, ledger);
            Put(recovery);
            return Task.FromResult(WriteOutcome.Written);
        }
    }

    public Task<WriteOutcome> SaveStageAsync(Recovery recovery, Ledger? ledger, Lease lease, CancellationToken cancel)
    {
        BeforeWrite(++Writes);
        lock (gate)
        {
            if (!Holds(lease)) return Task.FromResult(WriteOutcome.LeaseLost);
            if (ledger is not null) Keep(recovery.Cluster, ledger);
            Put(recovery);
            return Task.FromResult(WriteOutcome.Written);
        }
    }

    public Task<bool> RecordHeldAsync(Recovery held, CancellationToken cancel)
    {
        lock (gate)
        {
            var same = Newest(held.Cluster).TakeWhile(r => r.IsHeld).Where(r => SaysTheSame(r, held)).ToArray();
            foreach (var earlier in same) recoveries.Remove(earlier.Id);
            recoveries[held.Id] = (held.Cluster, JsonSerializer.Serialize(held, CoreJson.Options), "");
            return Task.FromResult(same.All(r => r.Id == held.Id));
        }
    }

    public Task<Recovery?> ReadActiveAsync(ClusterId cluster, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(active.TryGetValue(cluster, out var id) && Unreadable is null ? Read(id) : null);
    }

    public Task<ImmutableArray<ClusterId>> ReadActiveClustersAsync(CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(active.Keys.ToImmutableArray());
    }

    public Task<ImmutableArray<StoredRecovery>> ReadRecentAsync(ClusterId? cluster, int limit, CancellationToken cancel, bool begun = false, RecentBefore? before = null)
    {
        lock (gate)
            return Task.FromResult(recoveries.Where(r => (cluster is null || r.Value.Cluster == cluster) && !(begun && Read(r.Key)!.IsHeld))
                .OrderByDescending(r => Read(r.Key)!.StartedAt).ThenByDescending(r => r.Key, StringComparer.Ordinal)
                .SkipWhile(r => before is not null && (Read(r.Key)!.StartedAt > before.StartedAt || (Read(r.Key)!.StartedAt == before.StartedAt && string.CompareOrdinal(r.Key, before.Id) >= 0)))
                .Take(limit).Select(r => new StoredRecovery(Read(r.Key)!, r.Value.By)).ToImmutableArray());
    }

    public Task<StoredRecovery?> ReadAsync(string id, CancellationToken cancel, ClusterId? cluster = null)
    {
        lock (gate) return Task.FromResult(recoveries.TryGetValue(id, out var r) ? new StoredRecovery(Read(id)!, r.By) : null);
    }

    public Task<ImmutableArray<BegunRecovery>> ReadBegunAsync(DateTimeOffset since, CancellationToken cancel)
    {
        lock (gate)
            return Task.FromResult(recoveries.Keys.Select(Read).OfType<Recovery>().Where(r => !r.IsHeld && r.StartedAt > since && (r.HasActed || !r.IsEnded))
                .Select(r => new BegunRecovery(r.Id, r.Cluster, r.Kind, r.Actor, r.StartedAt)).ToImmutableArray());
    }

    Task<int> IRecoveryStore.CleanAsync(DateTimeOffset before, int most, CancellationToken cancel)
    {
        lock (gate)
        {
            var old = recoveries.Keys.Where(id => Read(id)!.StartedAt < before && !active.ContainsValue(id)).Take(most).ToArray();
            foreach (var id in old) recoveries.Remove(id);
            return Task.FromResult(old.Length);
        }
    }

    Task<int> IAuditLog.CleanAsync(DateTimeOffset before, int most, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(Entries.RemoveAll(e => e.At < before));
    }

    Task IRecoveryStore.ForgetAsync(ClusterId cluster, CancellationToken cancel)
    {
        lock (gate)
        {
            active.Remove(cluster);
            ledgers.Remove(cluster);
            foreach (var id in recoveries.Where(r => r.Value.Cluster == cluster).Select(r => r.Key).ToArray()) recoveries.Remove(id);
        }
        return Task.CompletedTask;
    }

    public Task PostSignalAsync(ClusterId cluster, string id, OperatorSignal word, CancellationToken cancel)
    {
        lock (gate) words[cluster] = (id, word);
        return Task.CompletedTask;
    }

    public Task<OperatorSignal?> ReadSignalAsync(ClusterId cluster, string id, CancellationToken cancel)
    {
        WordsRead++;
        lock (gate) return Task.FromResult(words.TryGetValue(cluster, out var left) && left.Id == id ? left.Word : null);
    }

    public Task<bool> AcknowledgeAsync(string id, string by, string because, CancellationToken cancel)
    {
        lock (gate)
        {
            if (!recoveries.TryGetValue(id, out var r)) return Task.FromResult(false);
            recoveries[id] = r with { By = by };
            return Task.FromResult(true);
        }
    }

    public Task WriteAsync(AuditEntry entry, CancellationToken cancel)
    {
        lock (gate) Entries.Add(entry);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<AuditEntry>> ReadAsync(ClusterId? cluster, int limit, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(Entries.Where(e => cluster is null || e.Cluster == cluster).Take(limit).ToImmutableArray());
    }

    private bool Holds(Lease lease) => leases.TryGetValue(lease.Name, out var now) && now.Holder == lease.Holder && now.Epoch == lease.Epoch;

    private static bool SaysTheSame(Recovery one, Recovery other) =>
        (one.Outcome, one.Code, one.Kind, one.Subject) == (other.Outcome, other.Code, other.Kind, other.Subject);

    private IEnumerable<Recovery> Newest(ClusterId cluster) => recoveries.Keys.Select(id => Read(id)!)
        .Where(r => r.Cluster == cluster).OrderByDescending(r => r.StartedAt).ThenByDescending(r => r.Id, StringComparer.Ordinal);

    private Recovery? Read(string id) => JsonSerializer.Deserialize<Recovery>(recoveries[id].Json, CoreJson.Options);

    private void Put(Recovery recovery)
    {
        recoveries[recovery.Id] = (recovery.Cluster, JsonSerializer.Serialize(recovery, CoreJson.Options), "");
        if (recovery.IsEnded) active.Remove(recovery.Cluster);
        else active[recovery.Cluster] = recovery.Id;
    }

    private Task Change(ClusterId cluster, Func<StoredCluster, StoredCluster> change)
    {
        Interlocked.Increment(ref mark);
        return Put(cluster, change);
    }

    private Task Put(ClusterId cluster, Func<StoredCluster, StoredCluster> change)
    {
        lock (gate) clusters[cluster] = change(clusters.GetValueOrDefault(cluster) ?? new StoredCluster(cluster, "", null, []));
        return Task.CompletedTask;
    }
}
