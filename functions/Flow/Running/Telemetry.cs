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
        Meter.CreateCounter<long>(
            HoldsName, description: "Problems that were not acted on, by cluster, code and reason");

    private static readonly Counter<long> BreakerTrips = Meter.CreateCounter<long>(
        BreakerTripsName, description: "Recoveries held because too many clusters failed at once");

    private static readonly Counter<long> VantagesMissing = Meter.CreateCounter<long>(
        VantagesMissingName, description: "Signs of life of a watcher that heard too few vantage points, by shard");

    internal static void VantageMissing(string shard) =>
        VantagesMissing.Add(1, new KeyValuePair<string, object?>("shard", shard));

    internal static void Beat(string shard) => Beats.Add(1, new KeyValuePair<string, object?>("shard", shard));

    /// <summary>
    /// A recovery that has ended. Practice is nobody's. <c>type</c> and <c>result</c> are what the fork of orchestrator
    /// counts by; they follow from the other two, so they add no series.
    /// </summary>
    internal static void Ended(Recovery recovery)
    {
        if (recovery.Cluster == PracticeCluster.Id) return;
        var kind = recovery.Kind.ToString();
        Recoveries.Add(
            1, new("kind", kind), new("outcome", recovery.Outcome?.Name ?? "other"), new("type", kind),
            new("result", recovery.Outcome is { IsSuccess: true } ? "success" : "failure"));
        DetailTelemetry.Ended(recovery);
    }

    /// <param name="setting">What would allow it.</param>
    internal static void Held(ClusterId cluster, string code, string setting)
    {
        if (cluster == PracticeCluster.Id) return;
        Holds.Add(1, new("cluster", cluster.Value), new("code", code), new("reason", HoldReason.Of(setting)));
        if (setting.Contains("Recovery:FleetLimit", StringComparison.Ordinal)) BreakerTrips.Add(1);
    }
}
