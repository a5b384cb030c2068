using System.Diagnostics.Metrics;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Running;

/// <summary>
/// What is counted for who scrapes this process, beside <see cref="Telemetry"/>: each look at a server, and how long
/// recoveries take. It is a meter of its own because it is not sent to Azure Monitor, where every series is paid for by
/// the minute. Labels have a few values each, never a server or a cluster.
/// </summary>
public static class DetailTelemetry
{
    public const string MeterName = "OrchestratorFunctions.Detail";

    private static readonly Meter Meter = new(MeterName);

    // The fork of orchestrator's 0.5 s to 1024 s, and what is faster.
    private static readonly double[] OfRecovery =
        [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private static readonly double[] OfPhase =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    private static readonly double[] OfProbe = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly Counter<long> Discoveries =
        Meter.CreateCounter<long>("orchestrator.discoveries", description: "Looks at a server");

    private static readonly Counter<long> DiscoveryErrors = Meter.CreateCounter<long>(
        "orchestrator.discovery.errors", description: "Looks at a server that did not see it");

    private static readonly Histogram<double> ProbeDuration = Histogram(
        "orchestrator.probe.duration", "How long looks at a server took, by result", OfProbe);

    private static readonly Histogram<double> RecoveryDuration = Histogram(
        "orchestrator.recovery.duration", "How long ended recoveries took", OfRecovery);

    private static readonly Histogram<double> PhaseDuration = Histogram(
        "orchestrator.recovery.phase.duration", "How long the stages of ended recoveries took, by stage", OfPhase);

    /// <summary>Shows the counters that have no labels before anything happened: a rate needs the zero.</summary>
    public static void Begin()
    {
        Discoveries.Add(0);
        DiscoveryErrors.Add(0);
    }

    internal static void Probed(ProbeOutcome outcome, TimeSpan took)
    {
        Discoveries.Add(1);
        if (outcome is ProbeOutcome.Failed) DiscoveryErrors.Add(1);
        var result = outcome switch
        {
            ProbeOutcome.Seen => "seen",
            ProbeOutcome.Partly => "partly",
            _ => "failed",
        };
        ProbeDuration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("result", result));
    }

    internal static void Ended(Recovery recovery)
    {
        if (recovery.EndedAt is { } ended) RecoveryDuration.Record((ended - recovery.StartedAt).TotalSeconds);
        foreach (var stage in recovery.Stages)
            if (stage is { WasNotBegun: false, DoneAt: { } done })
                PhaseDuration.Record(
                    (done - stage.PlannedAt).TotalSeconds,
                    new KeyValuePair<string, object?>("phase", stage.Stage.Name));
    }

    private static Histogram<double> Histogram(string name, string description, double[] boundaries) =>
        Meter.CreateHistogram(
            name, "s", description, tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
}
