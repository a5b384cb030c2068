using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Running;

namespace OrchestratorFunctions.Api.Metrics;

/// <summary>
/// <c>GET /metrics</c> in the format of Prometheus, or OpenMetrics where that is asked for: what this process has
/// counted since it started, and gauges that are read when it is asked. Nothing runs between two scrapes.
/// </summary>
public sealed class MetricsEndpoint : IDisposable
{
    public const string Path = "/metrics";

    /// <summary>
    /// So many series an instrument by cluster may have; of problems several each. What comes on top of it is left out,
    /// so that a large fleet cannot take the memory of a small process.
    /// </summary>
    public const int MostClusters = 2000;

    private const int MostProblems = 2 * MostClusters, MostWords = 200;

    private static readonly string[] Asking = [HttpMethods.Get, HttpMethods.Head];

    private readonly ApiContext api;
    private readonly FleetGauges gauges;
    private readonly MeterProvider provider;
    private volatile FleetSnapshot? snapshot;

    public MetricsEndpoint(ApiContext api)
    {
        this.api = api;
        gauges = new FleetGauges(api, () => snapshot);
        provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty())
            .AddMeter(Telemetry.MeterName, DetailTelemetry.MeterName, FleetGauges.MeterName)
            .AddView(Limited)
            .AddPrometheusExporter(o =>
            {
                // Two that ask at the same moment are answered at once; a second later is another moment.
                o.ScrapeResponseCacheDurationMilliseconds = 0;
                (o.ScopeInfoEnabled, o.TargetInfoEnabled) = (false, false);
            })
            .Build();
        DetailTelemetry.Begin();
    }

    public void Dispose()
    {
        provider.Dispose();
        gauges.Dispose();
    }

    /// <summary>Asked by who may read, as every other question.</summary>
    internal void Map(IEndpointRouteBuilder app) =>
        app.MapPrometheusScrapingEndpoint(Path, provider, branch => branch.Use(LookAsync), optionsName: null)
            .WithMetadata(new Needs(Role.Read), new HttpMethodMetadata(Asking), new ExcludeFromDescriptionAttribute());

    // The gauges are asked without waiting; what they tell is looked up before.
    private async Task LookAsync(HttpContext context, RequestDelegate next)
    {
        snapshot = await FleetSnapshot.ReadAsync(api, context.RequestAborted);
        await next(context);
    }

    private MetricStreamConfiguration? Limited(Instrument instrument)
    {
        var isOfAnother = instrument.Meter.Name == FleetGauges.MeterName && !gauges.Has(instrument);
        return isOfAnother ? MetricStreamConfiguration.Drop : new() { CardinalityLimit = LimitOf(instrument) };
    }

    private int LimitOf(Instrument instrument)
    {
        if (instrument.Name is FleetGauges.Analyses or Telemetry.HoldsName) return MostProblems;
        return gauges.IsByCluster(instrument) ? MostClusters : MostWords;
    }
}
