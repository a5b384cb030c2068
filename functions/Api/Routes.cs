using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrchestratorFunctions.Api;

/// <summary>The whole HTTP surface on one page. What is not a GET acts.</summary>
internal static class Routes
{
    public const string Root = "/api/v3", Health = "/health";

    public static void MapOrchestrator(this IEndpointRouteBuilder app)
    {
        var v3 = app.MapGroup(Root);
        // Load balancers have no password; the endpoint keeps what they need not know to itself.
        v3.MapMethods(Health, [HttpMethods.Get, HttpMethods.Head], Api.Health.TellAsync).AllowAnonymous();
        v3.MapGet("/clusters", Reading.ClustersAsync);
        v3.MapGet("/clusters/{cluster}/topology", Reading.TopologyAsync);
        v3.MapGet("/clusters/{cluster}/topology.txt", Reading.TopologyTextAsync);
        v3.MapGet("/clusters/{cluster}/analysis", Reading.ClusterAnalysisAsync);
        v3.MapGet("/clusters/{cluster}/recoveries", Reading.ClusterRecoveriesAsync);
        v3.MapGet("/analysis", Reading.AnalysisAsync);
        v3.MapGet("/recoveries", Reading.RecoveriesAsync);
        v3.MapGet("/recoveries/{id}", Reading.RecoveryAsync);
        v3.MapGet("/recoveries/{id}.txt", Reading.RecoveryTextAsync);
        v3.MapPost("/discover", Discovering.DiscoverAsync);
        v3.MapPost("/clusters/{cluster}/takeover", Acting.TakeoverAsync);
        v3.MapPost("/clusters/{cluster}/failover", Acting.FailoverAsync);
        v3.MapPost("/clusters/{cluster}/open", Acting.OpenAsync);
        v3.MapPost("/clusters/{cluster}/relocate", Acting.RelocateAsync);
        v3.MapPost("/clusters/{cluster}/alias", Operating.AliasAsync);
        v3.MapGet("/downtimes", Operating.DowntimesAsync);
        v3.MapPost("/downtime", Operating.BeginDowntimeAsync);
        v3.MapPost("/undowntime", Operating.EndDowntimeAsync);
        v3.MapPost("/promotion-rule", Operating.PromotionRuleAsync);
        v3.MapPost("/forget", Operating.ForgetAsync);
        v3.MapPost("/split", Operating.SplitAsync);
        v3.MapPost("/clusters/{cluster}/adopt", Operating.AdoptAsync);
        v3.MapPost("/recoveries/{id}/approve", Acting.ApproveAsync);
        v3.MapPost("/recoveries/{id}/cancel", Acting.CancelAsync);
    }
}
