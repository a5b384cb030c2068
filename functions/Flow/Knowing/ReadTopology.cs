using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Knowing;

/// <summary>A cluster as stored, looked at afresh.</summary>
public sealed class ReadTopology(ITopologyStore store, IInstanceProbe probe, TimeProvider time)
{
    public IInstanceProbe Probe => probe;

    /// <summary>Null when no such cluster is stored.</summary>
    public async Task<(Topology Topology, Downtime? Downtime)?> ReadAsync(
        ClusterId cluster, Func<InstanceKey, TimeSpan> timeout, CancellationToken cancel)
    {
        var stored = await store.ReadAsync(cluster, cancel);
        if (stored is null) return null;
        var topology = new Topology(
            cluster, time.GetUtcNow(), stored.Members.Select(LiveCluster.AsMember), stored.Alias, stored.Ledger);
        return (await LookAsync(topology, topology.Members.Select(m => m.Key), timeout, cancel), stored.Downtime);
    }

    /// <summary>
    /// Probes some members side by side. One that fails is asked once more: a single lost answer is no death of a
    /// candidate. The picture is as old as its first look: others may be waited for while a server that answered at
    /// once changes.
    /// </summary>
    public async Task<Topology> LookAsync(
        Topology topology, IEnumerable<InstanceKey> keys, Func<InstanceKey, TimeSpan> timeout, CancellationToken cancel)
    {
        var asked = time.GetUtcNow();
        var looks = keys.Select(async key =>
        {
            var outcome = await probe.ProbeAsync(key, timeout(key), cancel);
            if (outcome is ProbeOutcome.Failed { Kind: not ProbeFailureKind.Refused }
                && topology[key]?.LastSeen is not null)
                outcome = await probe.ProbeAsync(key, timeout(key), cancel);
            return topology[key]!.With(outcome, time.GetUtcNow());
        });
        return topology.With(await Task.WhenAll(looks), asked);
    }
}
