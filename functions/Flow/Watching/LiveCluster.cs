using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>One cluster in memory: members as last probed, which of them have news to store. Safe for concurrent use.</summary>
public sealed class LiveCluster
{
    private static readonly ProbeOutcome NotProbed = new ProbeOutcome.Failed(ProbeFailureKind.Other, "not probed yet");

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly AwakeClock awake;
    private readonly Dictionary<InstanceKey, TimeSpan> failingSince = [];
    private readonly Dictionary<InstanceKey, Stored> stored = [];
    private readonly Dictionary<InstanceKey, TimeSpan> lookedFrom = [];
    private ImmutableDictionary<InstanceKey, Member> members;
    private Topology? cached;
    private Ledger ledger;
    private TimeSpan ledgerKnownAt;

    public LiveCluster(StoredCluster cluster, TimeProvider time, AwakeClock awake)
    {
        (Id, Alias, Downtime, ledger) = (cluster.Id, cluster.Alias, cluster.Downtime, cluster.Ledger);
        (this.time, this.awake, ledgerKnownAt) = (time, awake, awake.Now);
        members = cluster.Members.Select(AsMember).Select(Marked).ToImmutableDictionary(m => m.Key);
        foreach (var m in cluster.Members) stored[m.Key] = new Stored(m.LastSeen, m.LastFailure, m.LastSeenAt ?? default);
    }

    public ClusterId Id { get; }
    public string Alias { get; private set; }
    public Downtime? Downtime { get; private set; }
    public ImmutableArray<InstanceKey> Keys => [.. members.Keys.Order()];

    /// <summary>The cluster as it is known now.</summary>
    public Topology Topology
    {
        get
        {
            lock (gate) return cached ??= new Topology(Id, time.GetUtcNow(), members.Values, Alias, ledger);
        }
    }

    /// <summary>
    /// The cluster as it is known now, and the members whose newest look was begun after its ledger was known here: all
    /// that the ledger says was done by then. Only such a look pays an entry.
    /// </summary>
    public (Topology Topology, ImmutableHashSet<InstanceKey> LookedSince) ForSettling
    {
        get
        {
            lock (gate) return (Topology, [.. lookedFrom.Where(l => l.Value > ledgerKnownAt).Select(l => l.Key)]);
        }
    }

    /// <summary>
    /// Members that this process has not probed yet, ordered by key. A probe that failed is a look too.
    /// </summary>
    public ImmutableArray<InstanceKey> NotLookedAt => [.. members.Values.Where(IsUnknown).Select(m => m.Key).Order()];

    /// <summary>Whether every member was probed by this process.</summary>
    public bool IsLookedAt => !members.Values.Any(IsUnknown);

    /// <summary>
    /// Whether every member of a picture was probed by the process that made it. Only such a picture is judged: a
    /// server that nobody has looked at counts as not seen, and that is no evidence (S16).
    /// </summary>
    public static bool ShowsLooks(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return !topology.Members.Any(IsUnknown);
    }

    public Member? this[InstanceKey key] => members.GetValueOrDefault(key);

    /// <summary>Takes in a probe's outcome; <paramref name="startedAwake"/> is the awake clock when the probe began.</summary>
    public Member Observe(InstanceKey key, ProbeOutcome outcome, TimeSpan startedAwake)
    {
        lock (gate)
        {
            lookedFrom[key] = startedAwake;
            if (!members.TryGetValue(key, out var member)) return new Member { Key = key, Outcome = outcome };
            if (!outcome.IsEvidenceOfDeath) failingSince.Remove(key);
            else failingSince.TryAdd(key, startedAwake);
            var failing = failingSince.TryGetValue(key, out var since) ? awake.Now - since : TimeSpan.Zero;
            member = member.With(outcome, time.GetUtcNow(), failing);
            Put(member);
            return member;
        }
    }

    /// <summary>
    /// Takes in a sighting by somebody else of this process. When that look was begun is not known.
    /// </summary>
    public void Take(InstanceKey key, ProbeOutcome sighting)
    {
        lock (gate)
        {
            Observe(key, sighting, awake.Now);
            lookedFrom.Remove(key);
        }
    }

    /// <summary>Adds a member found on the way; false when it is one already.</summary>
    public bool Add(Member member)
    {
        lock (gate)
        {
            if (members.ContainsKey(member.Key)) return false;
            Put(member);
            return true;
        }
    }

    /// <summary>Takes over a ledger, unless it knows a later one.</summary>
    public void Keep(Ledger kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        lock (gate)
        {
            if (kept.Version < ledger.Version) return;
            if (kept.Version > ledger.Version) ledgerKnownAt = awake.Now;
            (ledger, cached) = (kept, null);
            foreach (var member in members.Values.Where(m => m.IsFormerPrimary != kept.IsFormerPrimary(m.Key)))
                Put(Marked(member));
        }
    }

    private Member Marked(Member member) => member with { IsFormerPrimary = ledger.IsFormerPrimary(member.Key) };

    /// <summary>Takes over what operators and other processes declared, and members this process did not know.</summary>
    public void Refresh(StoredCluster cluster)
    {
        lock (gate)
        {
            (Alias, Downtime) = (cluster.Alias, cluster.Downtime);
            Keep(cluster.Ledger);
            foreach (var s in cluster.Members)
                Put(members.TryGetValue(s.Key, out var m)
                    ? m with { Downtime = s.Downtime, PromotionRule = s.PromotionRule }
                    : Marked(AsMember(s)));
            var gone = members.Keys.Where(k => stored.ContainsKey(k) && cluster.Members.All(s => s.Key != k)).ToArray();
            members = members.RemoveRange(gone);
            foreach (var key in gone) stored.Remove(key);
            cached = null;
        }
    }

    /// <summary>What should be stored now; counts as stored from here on.</summary>
    public ImmutableArray<StoredMember> TakeNews(TimeSpan positionSaveInterval)
    {
        lock (gate)
        {
            var news = members.Values.Where(m => IsNews(m, positionSaveInterval)).ToImmutableArray();
            foreach (var m in news) stored[m.Key] = new Stored(m.LastSeen, FailureOf(m), m.LastSeenAt ?? default);
            return [.. news.Select(AsStored)];
        }
    }

    /// <summary>Everything is news: what is stored was written by somebody who saw it from elsewhere.</summary>
    public void ForgetStored()
    {
        lock (gate) stored.Clear();
    }

    /// <summary>News that could not be written is news again.</summary>
    public void Untake(IEnumerable<StoredMember> news)
    {
        lock (gate)
            foreach (var m in news) stored.Remove(m.Key);
    }

    public static StoredMember AsStored(Member m) =>
        new(m.Key, m.LastSeen, m.LastSeenAt, m.PromotionRule, m.Downtime, FailureOf(m), (m.Outcome as ProbeOutcome.Failed)?.Kind ?? ProbeFailureKind.Other, m.FailingFor);

    /// <summary>
    /// A stored member as the last sign of life of its watcher vouches for it: one without a failure was seen until then, though it is not written
    /// again while it stands still.
    /// </summary>
    public static StoredMember SeenUntil(StoredMember s, DateTimeOffset? beat) =>
        s is { LastSeen: not null, LastFailure.Length: 0 } && beat is { } at && !(s.LastSeenAt >= at) ? s with { LastSeenAt = at } : s;

    /// <summary>A stored member before its first probe by this process: not seen, and nothing said against it.</summary>
    public static Member AsMember(StoredMember s) => new()
    {
        Key = s.Key,
        Outcome = NotProbed,
        LastSeen = s.LastSeen, LastSeenAt = s.LastSeenAt, PromotionRule = s.PromotionRule, Downtime = s.Downtime,
    };

    private static string FailureOf(Member m) => m.Outcome is ProbeOutcome.Failed f ? f.Says : "";

    private static bool IsUnknown(Member m) => m.Outcome == NotProbed;

    private bool IsNews(Member m, TimeSpan positionSaveInterval)
    {
        // What is stored was seen by somebody; that we have not looked yet says nothing against it.
        if (IsUnknown(m)) return false;
        if (m.LastSeen is null && m.Outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.Other }) return false;
        if (!stored.TryGetValue(m.Key, out var was)) return true;
        if (was.Failure != FailureOf(m)) return true;
        if (ReferenceEquals(was.Compared, m.LastSeen)) return false;
        // Every sighting is compared once; most say what the last one said. Positions are compared, and stored when they moved, once in a while.
        var isTime = m.IsSeen && m.LastSeenAt - was.At >= positionSaveInterval;
        stored[m.Key] = was with { Compared = m.LastSeen, At = isTime ? m.LastSeenAt!.Value : was.At };
        return was.Shape != Stored.TextOf(m.LastSeen?.Shape) || (isTime && was.Standing != Stored.TextOf(m.LastSeen?.Standing));
    }

    private void Put(Member member)
    {
        members = members.SetItem(member.Key, member);
        cached = null;
    }

    /// <summary>What is stored of a member, and the last sighting that was compared with it.</summary>
    private sealed record Stored(Instance? Compared, string Failure, DateTimeOffset At)
    {
        public string Shape { get; } = TextOf(Compared?.Shape);
        public string Standing { get; } = TextOf(Compared?.Standing);

        // Records compare immutable arrays by reference; their text compares by value.
        public static string TextOf(Instance? instance) => System.Text.Json.JsonSerializer.Serialize(instance, CoreJson.Options);
    }
}
