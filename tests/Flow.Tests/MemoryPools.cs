using System.Collections.Immutable;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>Pools of servers.</summary>
internal sealed partial class Memory : IPoolStore
{
    private readonly SortedDictionary<string, StoredPool> pools = new(StringComparer.Ordinal);

    public Task<ImmutableArray<StoredPool>> ReadPoolsAsync(CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(pools.Values.ToImmutableArray());
    }

    public Task SavePoolAsync(StoredPool pool, CancellationToken cancel)
    {
        lock (gate)
            if (pool.Servers.IsEmpty) pools.Remove(pool.Name);
            else pools[pool.Name] = pool;
        return Task.CompletedTask;
    }
}
