using System.Collections.Immutable;
using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Events;

/// <summary>
/// What listeners were told last, and what is another way now. An event holds the whole new value of a small thing, so
/// that it may be applied twice. What is taken for the first time is told by nobody: who listens reads it. Not for use
/// by several threads.
/// </summary>
/// <param name="summary">A cluster as lists tell it.</param>
/// <param name="analysis">What is wrong in it.</param>
internal sealed class FleetPicture(
    Func<ClusterView, ClusterSummary> summary, Func<ClusterView, IEnumerable<AnalysisAnswer>> analysis)
{
    private readonly Dictionary<ClusterId, Shown> clusters = [];
    private Dictionary<string, byte[]>? recoveries;
    private bool isFirst = true;

    /// <summary>Whether one of the newest recoveries runs.</summary>
    public bool IsRecovering { get; private set; }

    /// <summary>The changes since the last call.</summary>
    /// <param name="isFollowed">Whether somebody listens to the servers of a cluster.</param>
    public IReadOnlyList<FleetEvent> Take(ImmutableArray<ClusterView> all, Func<ClusterId, bool> isFollowed)
    {
        List<FleetEvent> events = [];
        foreach (var view in all) Take(view, isFollowed(view.Topology.Cluster), events);
        var now = all.Select(v => v.Topology.Cluster).ToHashSet();
        foreach (var gone in clusters.Keys.Where(c => !now.Contains(c)).ToArray())
        {
            clusters.Remove(gone);
            events.Add(Event(EventKinds.ClusterGone, gone, new { Cluster = gone }));
        }
        if (isFirst) events.Clear();
        isFirst = false;
        return events;
    }

    /// <summary>The same of the newest recoveries. One that is not among them any more has not changed.</summary>
    public IReadOnlyList<FleetEvent> Take(ImmutableArray<StoredRecovery> recent)
    {
        List<FleetEvent> events = [];
        Dictionary<string, byte[]> now = [];
        foreach (var stored in recent)
        {
            var change = Event(EventKinds.Recovery, stored.Recovery.Cluster, RecoveryChange.Of(stored));
            now[stored.Recovery.Id] = change.Data;
            if (recoveries is not null && !IsSame(recoveries.GetValueOrDefault(stored.Recovery.Id), change.Data))
                events.Add(change);
        }
        (recoveries, IsRecovering) = (now, recent.Any(r => r.Recovery.EndedAt is null));
        return events;
    }

    private void Take(ClusterView view, bool isFollowed, List<FleetEvent> events)
    {
        var id = view.Topology.Cluster;
        if (!clusters.TryGetValue(id, out var shown)) clusters[id] = shown = new Shown();
        if (shown.View != view)
        {
            Add(events, shown, EventKinds.Cluster, id, "", summary(view));
            Add(events, shown, EventKinds.Analysis, id, "", new { Cluster = id, Items = analysis(view).ToArray() });
        }
        if (isFollowed && shown.Followed != view) TakeServers(view, shown, events);
        shown.View = view;
    }

    private static void TakeServers(ClusterView view, Shown shown, List<FleetEvent> events)
    {
        var (id, before) = (view.Topology.Cluster, events.Count);
        foreach (var member in view.Topology.Members)
        {
            var server = Steady(MemberAnswer.Of(member, view.Topology));
            Add(events, shown, EventKinds.Server, id, member.Key.ToString(), new { Cluster = id, Server = server });
        }
        foreach (var gone in shown.Gone(view.Topology))
            events.Add(Event(EventKinds.ServerGone, id, new { Cluster = id, Key = gone }));
        if (shown.Followed is null) events.RemoveRange(before, events.Count - before);
        shown.Followed = view;
    }

    private static void Add(
        List<FleetEvent> events, Shown shown, string kind, ClusterId cluster, string name, object value)
    {
        var change = Event(kind, cluster, value);
        if (shown.IsNew(kind + name, change.Data)) events.Add(change);
    }

    // What grows with time alone is no change.
    private static MemberAnswer Steady(MemberAnswer member) => member with
    {
        LastSeenAt = member.Seen ? null : member.LastSeenAt,
        Instance = member.Instance is { } seen
            ? seen with
            {
                UptimeSeconds = null, SessionAge = null,
                Links = [.. seen.Links.Select(l => l with { SilentFor = null })],
            }
            : null,
    };

    private static FleetEvent Event(string kind, ClusterId cluster, object value) =>
        new(kind, cluster, JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), CoreJson.Options));

    private static bool IsSame(byte[]? before, byte[] now) => before is not null && before.AsSpan().SequenceEqual(now);

    private sealed class Shown
    {
        private readonly Dictionary<string, byte[]> told = [];
        private ImmutableArray<InstanceKey> servers = [];

        /// <summary>What was told of the cluster.</summary>
        public ClusterView? View { get; set; }

        /// <summary>What was told of its servers; null when nobody has listened to them yet.</summary>
        public ClusterView? Followed { get; set; }

        public bool IsNew(string name, byte[] data)
        {
            if (IsSame(told.GetValueOrDefault(name), data)) return false;
            told[name] = data;
            return true;
        }

        public InstanceKey[] Gone(Topology topology)
        {
            InstanceKey[] gone = [.. servers.Where(s => topology[s]?.Key != s)];
            servers = [.. topology.Members.Select(m => m.Key)];
            foreach (var key in gone) told.Remove(EventKinds.Server + key);
            return gone;
        }
    }
}

/// <summary>A recovery as events tell it: what lists tell of it, and how far it is.</summary>
/// <param name="Stage">The name of the newest stage; null before the first.</param>
/// <param name="Stages">How many it has had.</param>
public sealed record RecoveryChange(RecoverySummary Recovery, string? Stage, int Stages)
{
    internal static RecoveryChange Of(StoredRecovery stored) => new(
        RecoverySummary.Of(stored), stored.Recovery.Stages.LastOrDefault()?.Stage.Name, stored.Recovery.Stages.Length);
}
