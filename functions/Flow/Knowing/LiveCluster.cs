using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Knowing;

/// <summary>
/// One cluster in memory: the state of its watch, and the only place that changes it. Safe for concurrent use. It
/// decides nothing; what changes in which way says Core's watch machine.
/// </summary>
public sealed class LiveCluster
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly StallAwareClock awake;
    private readonly long began;
    private long refreshedAt;
    private WatchRun state;

    public LiveCluster(StoredCluster cluster, TimeProvider time, StallAwareClock awake)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(time);
        (this.time, this.awake, began) = (time, awake, time.GetTimestamp());
        var members = cluster.Members.Select(AsMember);
        var picture = new ClusterPicture(cluster.Id, cluster.Alias, cluster.Downtime, cluster.Ledger, members);
        state = WatchMachine.Of(picture, SavedOf(cluster.Members));
    }

    public ClusterId Id => state.Picture.Id;
    public string Alias => state.Picture.Alias;
    public Downtime? Downtime => state.Picture.Downtime;
    public ImmutableArray<InstanceKey> Keys => state.Picture.Keys;

    /// <summary>The cluster as it is known now.</summary>
    public Topology Topology
    {
        get
        {
            lock (gate) return state.Picture.TopologyAt(time.GetUtcNow());
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
            lock (gate) return (state.Picture.TopologyAt(time.GetUtcNow()), state.Picture.LookedSinceLedger);
        }
    }

    /// <summary>
    /// Members that this process has not probed yet, ordered by key. A probe that failed is a look too.
    /// </summary>
    public ImmutableArray<InstanceKey> NotLookedAt => [.. state.Picture.NotLookedAt.Order()];

    /// <summary>Whether every member was probed by this process.</summary>
    public bool IsLookedAt => state.Picture.IsLookedAt;

    /// <summary>
    /// Whether every member of a picture was probed by the process that made it. Only such a picture is judged: a
    /// server that nobody has looked at counts as not seen, and that is no evidence (S16).
    /// </summary>
    public static bool ShowsLooks(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return !topology.Members.Any(ClusterPicture.IsUnknown);
    }

    public Member? this[InstanceKey key] => state.Picture[key];

    /// <summary>The monotonic clock of its watch.</summary>
    public TimeSpan Running => time.GetElapsedTime(began);

    /// <summary>Begins to watch it; what is to be done first.</summary>
    public ImmutableArray<WatchCommand> Begin(WatchPolicy policy, ulong chance, bool mayAct)
    {
        lock (gate) return Take(WatchMachine.Begin(state, policy, chance, Now(mayAct)));
    }

    /// <summary>Takes in an event; what is to be done next.</summary>
    public ImmutableArray<WatchCommand> Hear(WatchEvent happened, bool mayAct)
    {
        lock (gate) return Take(WatchMachine.Step(state, happened, Now(mayAct)));
    }

    /// <summary>
    /// Takes in a probe's outcome; <paramref name="startedAwake"/> is the awake clock when the probe began.
    /// </summary>
    public Member Observe(InstanceKey key, ProbeOutcome outcome, TimeSpan startedAwake)
    {
        Hear(new WatchEvent.Sighted(key, outcome, startedAwake), mayAct: false);
        return this[key] ?? new Member { Key = key, Outcome = outcome };
    }

    /// <summary>
    /// Takes in a sighting by somebody else of this process. When that look was begun is not known.
    /// </summary>
    public void Take(InstanceKey key, ProbeOutcome sighting) =>
        Hear(new WatchEvent.Sighted(key, sighting, BegunAwake: null), mayAct: false);

    /// <summary>Adds a member found on the way, unless it is one already.</summary>
    public void Add(Member member) => Hear(new WatchEvent.Found(member), mayAct: false);

    /// <summary>Takes over a ledger, unless it knows a later one.</summary>
    public void Keep(Ledger kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        Hear(new WatchEvent.Kept(kept), mayAct: false);
    }

    /// <summary>
    /// Takes over what operators and other processes declared, and members this process did not know.
    /// </summary>
    public void Refresh(StoredCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        Interlocked.Exchange(ref refreshedAt, time.GetTimestamp());
        ImmutableArray<Member> members = [.. cluster.Members.Select(AsMember)];
        Hear(new WatchEvent.Declared(cluster.Alias, cluster.Downtime, cluster.Ledger, members), mayAct: false);
    }

    /// <summary>
    /// Takes over what was read of this cluster alone, unless something that was read later was taken over already.
    /// Which servers other clusters hold too it does not tell.
    /// </summary>
    /// <param name="askedAt">When the store was asked (<see cref="TimeProvider.GetTimestamp"/>).</param>
    public void Refresh(StoredCluster cluster, long askedAt)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (Interlocked.Read(ref refreshedAt) > askedAt) return;
        Refresh(cluster with { Members = [.. cluster.Members.Select(m => m with { AlsoIn = this[m.Key]?.AlsoIn })] });
    }

    /// <summary>What should be stored now; counts as stored from here on.</summary>
    public ImmutableArray<StoredMember> TakeNews(TimeSpan positionSaveInterval)
    {
        lock (gate)
        {
            var (saved, news) = state.Saved.Take(state.Picture, positionSaveInterval, time.GetUtcNow());
            state = state with { Saved = saved };
            return [.. news.Select(AsStored)];
        }
    }

    /// <summary>Everything is news: what is stored was written by somebody who saw it from elsewhere.</summary>
    public void ForgetStored()
    {
        lock (gate) state = state with { Saved = SavedSightings.None };
    }

    /// <summary>News that could not be written is news again.</summary>
    public void Untake(IEnumerable<StoredMember> news)
    {
        lock (gate) state = state with { Saved = state.Saved.Without(news.Select(m => m.Key)) };
    }

    public static StoredMember AsStored(Member m)
    {
        ArgumentNullException.ThrowIfNull(m);
        var kind = (m.Outcome as ProbeOutcome.Failed)?.Kind ?? ProbeFailureKind.Other;
        var failure = SavedSighting.FailureOf(m);
        return new(m.Key, m.LastSeen, m.LastSeenAt, m.PromotionRule, m.Downtime, failure, kind, m.FailingFor)
        {
            OtherNames = m.OtherNames, Tags = m.Tags,
            PromotionRuleUntil = m.PromotionRuleUntil,
        };
    }

    /// <summary>
    /// A stored member as the last sign of life of its watcher vouches for it: one without a failure was seen until
    /// then, though it is not written again while it stands still.
    /// </summary>
    public static StoredMember SeenUntil(StoredMember s, DateTimeOffset? beat) =>
        s is { LastSeen: not null, LastFailure.Length: 0 } && beat is { } at && !(s.LastSeenAt >= at)
            ? s with { LastSeenAt = at }
            : s;

    /// <summary>
    /// A stored member before its first probe by this process: not seen, and nothing said against it.
    /// </summary>
    public static Member AsMember(StoredMember s)
    {
        ArgumentNullException.ThrowIfNull(s);
        var (seen, at) = (s.LastSeen, s.LastSeenAt);
        return ClusterPicture.Unseen(s.Key) with
        {
            LastSeen = seen, LastSeenAt = at, PromotionRule = s.PromotionRule,
            Downtime = Maintenance.Downtime(s.Maintenance, s.Downtime),
            OtherNames = s.OtherNames, Tags = s.Tags,
            PromotionRuleUntil = s.PromotionRuleUntil, AlsoIn = s.AlsoIn,
        };
    }

    private static SavedSightings SavedOf(ImmutableArray<StoredMember> members) => members.Aggregate(
        SavedSightings.None,
        (all, m) => all.With(m.Key, new SavedSighting(m.LastSeen, m.LastFailure, m.LastSeenAt ?? default)));

    private WatchMoment Now(bool mayAct) => new(time.GetUtcNow(), Running, awake.Now, mayAct);

    private ImmutableArray<WatchCommand> Take(WatchTurn turn)
    {
        state = turn.State;
        return turn.Commands;
    }
}
