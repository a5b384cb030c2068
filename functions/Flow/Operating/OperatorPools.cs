using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>A pool with those of its servers that are known now.</summary>
/// <param name="By">Who submitted it last.</param>
public sealed record PoolEntry(string Pool, ImmutableArray<InstanceKey> Servers, string By, DateTimeOffset At);

/// <summary>
/// Keeps which servers are in which pools, as people and scripts submit them, and lists them. Nothing is decided by a
/// pool; it is for those who ask.
/// </summary>
public sealed class OperatorPools(VerbPorts ports)
{
    /// <summary>A pool has no more servers than that.</summary>
    public const int Most = 5000;

    /// <summary>In place of what the pool was. Servers that are not known are left out, and named.</summary>
    /// <param name="servers">Servers by any of their names, with commas between.</param>
    public async Task<OperationAnswer> SubmitAsync(
        string pool, string servers, string actor, string because, CancellationToken cancel)
    {
        if (PoolName.WhyNot(pool) is { } wrong) return OperationAnswer.BadInput(wrong);
        var told = servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (told.Length is 0 or > Most)
            return OperationAnswer.BadInput(
                $"pool {pool}: {told.Length} servers; expected 1 to {Most}", "names of servers with commas between");
        var names = await ports.Names.ReadAsync(cancel);
        var found = told.Select(t => (Told: t, names.Server(t).Server)).ToArray();
        InstanceKey[] known = [.. found.Select(f => f.Server?.Server).OfType<InstanceKey>().Distinct().Order()];
        string[] unknown = [.. found.Where(f => f.Server is null).Select(f => f.Told)];
        if (known.Length == 0) return OperationAnswer.BadInput(names.Server(unknown[0]).Refusal!);
        await SaveAsync(pool, known, actor, because, cancel);
        var says = $"pool {pool} is {string.Join(", ", known.AsEnumerable())} now";
        if (unknown.Length == 0) return OperationAnswer.Done(says);
        says += $"; left out, because no known server has this name: {string.Join(", ", unknown)}";
        return OperationAnswer.Done(says) with { End = OperationEnd.PartlyDone };
    }

    /// <summary>There is no such pool afterwards.</summary>
    public async Task<OperationAnswer> RemoveAsync(string pool, string actor, string because, CancellationToken cancel)
    {
        if (PoolName.WhyNot(pool) is { } wrong) return OperationAnswer.BadInput(wrong);
        if ((await ports.Pools.ReadPoolsAsync(cancel)).All(p => p.Name != pool))
            return OperationAnswer.Refused($"there is no pool {pool}");
        await SaveAsync(pool, [], actor, because, cancel);
        return OperationAnswer.Done($"there is no pool {pool} any more");
    }

    /// <summary>Every pool, by name. A server that was forgotten is in none.</summary>
    public async Task<ImmutableArray<PoolEntry>> ListAsync(CancellationToken cancel)
    {
        var clusters = await ports.Topologies.ReadAllAsync(cancel);
        var known = clusters.SelectMany(c => c.Members).Select(m => m.Key).ToHashSet();
        return
        [
            .. from pool in await ports.Pools.ReadPoolsAsync(cancel)
               select new PoolEntry(pool.Name, [.. pool.Servers.Where(known.Contains)], pool.By, pool.At),
        ];
    }

    private async Task SaveAsync(
        string pool, InstanceKey[] servers, string actor, string because, CancellationToken cancel)
    {
        var (now, says) = (ports.Time.GetUtcNow(), $"{pool}: {servers.Length} servers: {because}");
        await ports.Audit.WriteAsync(new AuditEntry(now, actor, "pool", null, null, says), cancel);
        await ports.Pools.SavePoolAsync(new(pool, [.. servers], actor, now), cancel);
    }
}
