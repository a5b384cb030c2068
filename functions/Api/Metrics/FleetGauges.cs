using System.Diagnostics.Metrics;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Metrics;

/// <summary>
/// What is true of the fleet now, as instruments that are asked at a scrape. The labels are a cluster by its id, a
/// shard, and words of which there are few; a server is never one. What is not known is not there: a gauge that is
/// missing is no zero.
/// </summary>
internal sealed class FleetGauges : IDisposable
{
    public const string MeterName = "OrchestratorFunctions.Fleet";

    /// <summary>The one that has several series a cluster.</summary>
    public const string Analyses = "orchestrator.analysis";

    private readonly Meter meter = new(MeterName);
    private readonly HashSet<string> byCluster = [];
    private readonly ApiContext api;
    private readonly Func<FleetSnapshot?> now;

    /// <param name="now">What is known; null before the first look.</param>
    public FleetGauges(ApiContext api, Func<FleetSnapshot?> now)
    {
        (this.api, this.now) = (api, now);
        // The fork of orchestrator has named these two like counters.
        OfAll("orchestrator_instances_total", "Known servers", s => s.Clusters?.Sum(v => v.Topology.Members.Length));
        OfAll("orchestrator_clusters_total", "Known clusters", s => s.Clusters?.Count);
        OfAll(
            "orchestrator.healthy", "1 where the fleet is watched and could be recovered",
            s => One(s.Condition.Healthy));
        OfAll(
            "orchestrator.recovery.enabled", "1 where recoveries may start at all",
            s => s.Condition.RecoveryEnabled is { } enabled ? One(enabled) : null);
        OfClusters();
        OfShards();
        meter.CreateObservableGauge(
            "orchestrator.build.info", () => new Measurement<int>(1, Label("version", Version)), null,
            "1, with the version of this program");
    }

    public void Dispose() => meter.Dispose();

    /// <summary>Whether an instrument is one of these, and not of another pipeline in the same process.</summary>
    public bool Has(Instrument instrument) => ReferenceEquals(instrument.Meter, meter);

    /// <summary>Whether it has a series for each cluster, or several.</summary>
    public bool IsByCluster(Instrument instrument) => byCluster.Contains(instrument.Name);

    private static string Version => typeof(FleetGauges).Assembly.GetName().Version?.ToString(3) ?? "";

    private void OfClusters()
    {
        OfEach("orchestrator.cluster.info", null, "1, with the alias of a cluster", (v, _) =>
            [new(1, Label("cluster", v), Label("alias", v.Topology.Alias))]);
        OfEach("orchestrator.cluster.writers", null, "Servers of a cluster that accept writes", (v, _) =>
            [new(Count(v, m => m.AcceptsWrites), Label("cluster", v))]);
        OfEach("orchestrator.cluster.ackers", null, "Replicas of a cluster that acknowledge", (v, _) =>
            [new(Count(v, m => m.SemiSync.ReplicaActive), Label("cluster", v))]);
        OfEach("orchestrator.cluster.max_lag", "s", "The longest lag of a replica, without its delay", (v, _) =>
            LagOf(v.Topology) is { } lag ? [new(lag, Label("cluster", v))] : []);
        OfEach(
            "orchestrator.cluster.promotable_replicas", null, "Replicas that could take the primary's place now",
            (v, _) => Weighed(v, () => Successors.Count(v.Topology, api.Policy)));
        OfEach(
            "orchestrator.cluster.errant_replicas", null, "Replicas that have transactions of their own", (v, _) =>
            Weighed(v, () => Successors.CountErrant(v.Topology)));
        OfEach("orchestrator.probe.age", "s", "Time since the oldest last look at a server that is seen", (v, s) =>
            AgeOf(v.Topology, s.At) is { } age ? [new(age, Label("cluster", v))] : []);
        OfEach(
            "orchestrator.automatic_recovery.enabled", null, "1 where a dead primary is replaced by itself",
            (v, s) => [new(One(IsAutomatic(v, s)), Label("cluster", v))]);
        OfEach(Analyses, null, "1 for each kind of problem that a cluster has", (v, _) => Problems(v));
    }

    private void OfShards()
    {
        Of("orchestrator.lease.held", null, "1 where this process watches a shard and may act in it", s =>
            s.Shards.Select(one => new Measurement<double>(
                One(one.State == WatchState.Watching), Label("shard", one.Shard.Name))));
        Of("orchestrator.watcher.age", "s", "Time since the watcher of a shard gave a sign of life", s =>
            from shard in s.Condition.Shards ?? []
            let age = shard.SeenSecondsAgo
            where age is not null
            select new Measurement<double>(Math.Max(0, age ?? 0), Label("shard", shard.Shard)));
        Of("orchestrator.observers", null, "Vantage points of a shard that were heard lately", s =>
            from shard in s.Condition.Shards ?? []
            let heard = shard.Vantages.Count(v => v.SeenSecondsAgo <= HeardWithin)
            select new Measurement<double>(heard, Label("shard", shard.Shard)));
    }

    private static double HeardWithin => VantageQuorum.HeardWithin.TotalSeconds;

    private static int Count(ClusterView view, Func<Instance, bool> fits) =>
        view.Topology.Members.Count(m => m.Current is { } seen && fits(seen));

    // A downtime of a server is one of its cluster when it is the primary's.
    private bool IsAutomatic(ClusterView view, FleetSnapshot snapshot)
    {
        bool Goes(Downtime? downtime) => downtime?.IsActiveAt(snapshot.At) == true;
        return snapshot.Condition.RecoveryEnabled != false && api.Recovered.Names(view.Topology)
            && !Goes(view.Downtime) && !Goes(view.Topology.Primary?.Downtime);
    }

    private IEnumerable<Measurement<double>> Problems(ClusterView view) =>
        from analysis in Analyzer.Analyze(view.Topology, api.Detection)
        group analysis by analysis.Code into one
        select new Measurement<double>(
            1, Label("cluster", view), Label("code", one.Key.ToString()),
            Label("actionable", one.Any(a => a.IsActionable) ? "true" : "false"));

    private static double? LagOf(Topology topology) => topology.Members.SelectMany(m => m.Current?.Links ?? [])
        .Max(l => l.LagSeconds is { } lag ? Math.Max(0, lag - l.DelaySeconds) : (double?)null);

    private static double? AgeOf(Topology topology, DateTimeOffset now) => topology.Members.Where(m => m.IsSeen)
        .Select(m => now - m.LastSeenAt).Max() is { } age ? Math.Max(0, age.TotalSeconds) : null;

    // What holds every replica against every other one takes too long for a scrape where they are very many.
    private static IEnumerable<Measurement<double>> Weighed(ClusterView view, Func<int?> count) =>
        view.Topology.Members.Length <= OperatorOptions.WeighedMost && count() is { } known
            ? [new(known, Label("cluster", view))]
            : [];

    private static double One(bool isSo) => isSo ? 1 : 0;

    private static KeyValuePair<string, object?> Label(string name, ClusterView view) =>
        Label(name, view.Topology.Cluster.Value);

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private void OfEach(
        string name, string? unit, string description,
        Func<ClusterView, FleetSnapshot, IEnumerable<Measurement<double>>> tell)
    {
        byCluster.Add(name);
        Of(name, unit, description, s => (s.Clusters ?? []).SelectMany(v => tell(v, s)));
    }

    private void OfAll(string name, string description, Func<FleetSnapshot, double?> tell) => Of(
        name, null, description, s => tell(s) is { } value ? [new Measurement<double>(value)] : []);

    private void Of(
        string name, string? unit, string description, Func<FleetSnapshot, IEnumerable<Measurement<double>>> tell) =>
        meter.CreateObservableGauge(name, () => now() is { } snapshot ? tell(snapshot) : [], unit, description);
}
