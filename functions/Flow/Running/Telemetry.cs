using System.Diagnostics.Metrics;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Running;

/// <summary>
/// What is counted for dashboards and alerts, as instruments of one meter that OpenTelemetry can export. Names and tags
/// are a contract with infra's alerts: a test compares them.
/// </summary>
public static class Telemetry
{
    public const string MeterName = "OrchestratorFunctions";

    public const string BeatsName = "orchestrator.watch.beats", RecoveriesName = "orchestrator.recoveries",
        HoldsName = "orchestrator.holds", BreakerTripsName = "orchestrator.breaker.trips",
        VantagesMissingName = "orchestrator.vantages.missing";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Beats =
        Meter.CreateCounter<long>(BeatsName, description: "Signs of life of the watchers, by shard");

    private static readonly Counter<long> Recoveries =
        Meter.CreateCounter<long>(RecoveriesName, description: "Ended recoveries, by kind and outcome");

    private static readonly Counter<long> Holds =
        Meter.CreateCounter<long>(HoldsName, description: "Problems that were not acted on, by cluster and code");

    private static readonly Counter<long> BreakerTrips = Meter.CreateCounter<long>(
        BreakerTripsName, description: "Recoveries held because too many clusters failed at once");

    private static readonly Counter<long> VantagesMissing = Meter.CreateCounter<long>(
        VantagesMissingName, description: "Signs of life of a watcher that heard too few vantage points, by shard");

    internal static void VantageMissing(string shard) =>
        VantagesMissing.Add(1, new KeyValuePair<string, object?>("shard", shard));

    internal static void Beat(string shard) => Beats.Add(1, new KeyValuePair<string, object?>("shard", shard));

    // Practice is nobody's recovery.
    internal static void Ended(Recovery recovery)
    {
        if (recovery.Cluster == PracticeCluster.Id) return;
        Recoveries.Add(
            1, new KeyValuePair<string, object?>("kind", recovery.Kind.ToString()),
            new KeyValuePair<string, object?>("outcome", recovery.Outcome?.Name ?? "other"));
    }

    internal static void Held(ClusterId cluster, string code, string setting)
    {
        if (cluster == PracticeCluster.Id) return;
        Holds.Add(
            1, new KeyValuePair<string, object?>("cluster", cluster.Value),
            new KeyValuePair<string, object?>("code", code));
        if (setting.Contains("Recovery:FleetLimit", StringComparison.Ordinal)) BreakerTrips.Add(1);
    }
}
