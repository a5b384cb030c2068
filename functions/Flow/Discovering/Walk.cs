using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>One walk over replication links, breadth first, with the servers of each round probed side by side.</summary>
internal sealed class Walk(IInstanceProbe probe, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Probes under way at once.</summary>
    private const int Width = 32;

    private readonly HashSet<InstanceKey> visited = [];

    public Dictionary<InstanceKey, Member> Members { get; } = [];
    public List<string> Warnings { get; } = [];

    public async Task FromAsync(InstanceKey seed, CancellationToken cancel)
    {
        HashSet<(InstanceKey Key, bool IsSource)> round = [(seed, true)];
        while (round.Count > 0 && Members.Count < DiscoverInstances.ServersMost)
        {
            HashSet<(InstanceKey, bool)> next = [];
            foreach (var part in round.Where(r => visited.Add(r.Key)).Chunk(Width))
                foreach (var (key, isSource, outcome) in await Task.WhenAll(part.Select(p => LookAsync(p, cancel))))
                    foreach (var found in Take(key, isSource, outcome)) next.Add(found);
            round = next;
        }
    }

    /// <summary>Members by connected component.</summary>
    public IEnumerable<ImmutableArray<Member>> Groups()
    {
        var all = new Topology(new ClusterId("c-walk"), time.GetUtcNow(), Members.Values);
        var open = all.Members.Select(m => m.Key).ToHashSet();
        while (open.Count > 0)
        {
            var group = new HashSet<InstanceKey>();
            var queue = new Queue<InstanceKey>([open.First()]);
            while (queue.TryDequeue(out var key))
            {
                if (!open.Remove(key)) continue;
                group.Add(key);
                foreach (var near in all.ReplicasOf(key).Concat(all.SourcesOf(all[key]!))) queue.Enqueue(near.Key);
            }
            yield return [.. group.Order().Select(k => Members[k])];
        }
    }

    private async Task<(InstanceKey, bool, ProbeOutcome)> LookAsync((InstanceKey Key, bool IsSource) place, CancellationToken cancel) =>
        (place.Key, place.IsSource, await probe.ProbeAsync(place.Key, timeout, cancel));

    private IEnumerable<(InstanceKey, bool)> Take(InstanceKey key, bool isSource, ProbeOutcome outcome)
    {
        if (outcome.Sighted is not { } instance)
        {
            var says = (outcome as ProbeOutcome.Failed)?.Says ?? "";
            Warnings.Add($"{key} was mentioned and not seen: {says}");
            // A source nobody can see is still the source of its replicas; a replica nobody can see is only a rumour.
            if (isSource) Members[key] = new Member { Key = key, Outcome = outcome };
            yield break;
        }
        if (Twin(instance) is { } twin)
        {
            Members[twin.Key] = twin.With(new ProbeOutcome.Seen(twin.Now! with { Aliases = [.. twin.Now!.Aliases, key] }), time.GetUtcNow());
            yield break;
        }
        Members[key] = Member.SeenAs(instance, time.GetUtcNow());
        foreach (var link in instance.Links.Where(l => !l.IsDetached)) yield return (link.Source, true);
        foreach (var replica in instance.ReportedReplicas) yield return (replica, false);
    }

    // The same server under another name.
    private Member? Twin(Instance instance) => instance.ServerUuid is null ? null
        : Members.Values.FirstOrDefault(m => m.Now is { } now && string.Equals(now.ServerUuid, instance.ServerUuid, StringComparison.OrdinalIgnoreCase) && now.ServerId == instance.ServerId);
}
