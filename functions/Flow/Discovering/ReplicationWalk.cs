using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// One walk over replication links, breadth first, with the servers of each round probed side by side.
/// </summary>
internal sealed class ReplicationWalk(IInstanceProbe probe, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Probes under way at once.</summary>
    private const int Width = 32;

    private readonly Dictionary<InstanceKey, Instance?> seenAt = [];
    private readonly HashSet<InstanceKey> asked = [];
    private readonly Dictionary<InstanceKey, string> rumours = [];

    // How often servers call each other by a name.
    private readonly Dictionary<InstanceKey, int> used = [];

    public Dictionary<InstanceKey, Member> Members { get; } = [];
    public List<string> Warnings { get; } = [];

    /// <summary>
    /// From a server that a person named. Where servers call it by other names alone, it is found under the one that is
    /// used most: what a plan gives to other servers is what they use among themselves.
    /// </summary>
    public Task FromAsync(InstanceKey seed, CancellationToken cancel)
    {
        asked.Add(seed);
        return WalkAsync([new(seed, IsSource: true)], cancel);
    }

    /// <summary>From a name that a server mentioned: one that nobody answers under is a rumour.</summary>
    /// <param name="by">The source that names it as its replica; null when none does.</param>
    public Task FollowAsync(InstanceKey mentioned, InstanceKey? by, CancellationToken cancel) =>
        WalkAsync([new(mentioned, By: by)], cancel);

    /// <summary>From servers that are known already; those that do not answer are not spoken of.</summary>
    public async Task VisitAsync(IEnumerable<InstanceKey> known, CancellationToken cancel)
    {
        var warnings = Warnings.Count;
        await WalkAsync([.. known.Select(k => new Place(k))], cancel);
        Warnings.RemoveRange(warnings, Warnings.Count - warnings);
    }

    /// <summary>The server that answers at an address now; null when none does.</summary>
    public async Task<Instance?> LeadsToAsync(InstanceKey key, CancellationToken cancel)
    {
        if (seenAt.TryGetValue(key, out var seen)) return seen;
        return seenAt[key] = (await probe.ProbeAsync(key, timeout, cancel)).Sighted;
    }

    /// <summary>What was found, in the parts that belong together.</summary>
    public ImmutableArray<ImmutableArray<Member>> Groups()
    {
        foreach (var member in Members.Values.Where(m => asked.Contains(m.Key) && !used.ContainsKey(m.Key)).ToArray())
            if (member.IsSeen && CommonName(member) is { } name) Put(name, member.Current!, member);
        return TopologyParts.Of(new Topology(new ClusterId("c-walk"), time.GetUtcNow(), Members.Values));
    }

    // What leads there from here may be a proxy, or lead nowhere from another server.
    private InstanceKey? CommonName(Member member) => member.Current!.Aliases
        .Where(a => used.ContainsKey(a) && LeadsTo(a, member.Current!))
        .OrderByDescending(a => used[a]).ThenBy(a => a).FirstOrDefault();

    /// <summary>The names that led to a server in this walk.</summary>
    public IEnumerable<InstanceKey> NamesOf(Member member) =>
        member.Current is { } now ? seenAt.Keys.Where(name => LeadsTo(name, now)).Order() : [];

    private bool LeadsTo(InstanceKey name, Instance server) =>
        seenAt.GetValueOrDefault(name) is { } seen && ServerIdentity.IsSame(seen, server);

    private async Task WalkAsync(IEnumerable<Place> from, CancellationToken cancel)
    {
        HashSet<Place> round = [.. from];
        while (round.Count > 0 && Members.Count < DiscoverInstances.ServersMost)
        {
            HashSet<Place> next = [];
            foreach (var part in round.Where(r => seenAt.TryAdd(r.Key, null)).Chunk(Width))
                foreach (var (place, outcome) in await Task.WhenAll(part.Select(p => LookAsync(p, cancel))))
                {
                    next.UnionWith(Take(place, outcome));
                    if (outcome.Sighted is null) next.UnionWith(await OtherWaysAsync(place, cancel));
                }
            round = next;
        }
    }

    private async Task<(Place, ProbeOutcome)> LookAsync(Place place, CancellationToken cancel) =>
        (place, await probe.ProbeAsync(place.Key, timeout, cancel));

    // A replica whose own name leads nowhere from here may answer where its source hears it from.
    private async Task<IEnumerable<Place>> OtherWaysAsync(Place place, CancellationToken cancel)
    {
        if (place.By is not { } by) return [];
        var hosts = await probe.ReplicaHostsAsync(by, timeout, cancel);
        return hosts.Where(h => h != place.Key.Host)
            .Select(h => new Place(new InstanceKey(h, place.Key.Port), Instead: place.Key));
    }

    private IEnumerable<Place> Take(Place place, ProbeOutcome outcome)
    {
        var key = place.Key;
        if (place.Instead is { } name && !IsNamed(outcome.Sighted, name))
        {
            // Nobody spoke of this address; somebody may yet.
            seenAt.Remove(key);
            yield break;
        }
        seenAt[key] = outcome.Sighted;
        if (outcome.Sighted is not { } instance)
        {
            Missed(place, outcome);
            yield break;
        }
        if (place.Instead is { } misleading) Found(misleading, key);
        bool IsIt(Member known) => known.Current is { } now && ServerIdentity.IsSame(now, instance);
        if (Members.Values.FirstOrDefault(IsIt) is { } twin)
        {
            Put(twin.Key, twin.Current!, twin, key);
            yield break;
        }
        Members[key] = Member.SeenAs(instance, time.GetUtcNow());
        foreach (var link in instance.Links.Where(l => !l.IsDetached))
            yield return new(Use(link.Source), IsSource: true);
        foreach (var replica in instance.ReportedReplicas) yield return new(Use(replica), By: key);
    }

    private void Missed(Place place, ProbeOutcome outcome)
    {
        var says = (outcome as ProbeOutcome.Failed)?.Says ?? "";
        Warnings.Add(rumours[place.Key] = $"{place.Key} was mentioned and not seen: {says}");
        // A source nobody can see is still the source of its replicas; a replica nobody can see is only a rumour.
        if (place.IsSource) Members[place.Key] = new Member { Key = place.Key, Outcome = outcome };
    }

    private void Found(InstanceKey misleading, InstanceKey key)
    {
        if (rumours.Remove(misleading, out var said)) Warnings.Remove(said);
        Warnings.Add(
            $"{misleading}, as a replica calls itself (report_host), leads nowhere from here; it was found at {key}, "
            + "where its source hears it from");
    }

    private static bool IsNamed(Instance? seen, InstanceKey name) => seen?.Aliases.Contains(name) == true;

    private InstanceKey Use(InstanceKey name)
    {
        used[name] = used.GetValueOrDefault(name) + 1;
        return name;
    }

    // One of its names is its key, and the others stand beside it.
    private void Put(InstanceKey key, Instance seen, Member before, params ReadOnlySpan<InstanceKey> names)
    {
        ImmutableArray<InstanceKey> aliases = [.. before.Current!.Aliases, before.Key, .. names];
        Members.Remove(before.Key);
        var named = seen with { Key = key, Aliases = [.. aliases.Where(a => a != key).Distinct()] };
        Members[key] = Member.SeenAs(named, time.GetUtcNow());
    }

    /// <summary>Where to look.</summary>
    /// <param name="IsSource">A server replicates from it.</param>
    /// <param name="By">The source that names it as its replica; null when none does.</param>
    /// <param name="Instead">The name that led nowhere, of which this is another way; null when it is a name.</param>
    private readonly record struct Place(
        InstanceKey Key, bool IsSource = false, InstanceKey? By = null, InstanceKey? Instead = null);
}
