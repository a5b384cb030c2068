using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrchestratorFunctions.Api;

/// <summary>The whole HTTP surface on one page. What is not a GET acts.</summary>
internal static class Routes
{
    public const string Root = "/api/v2", Health = "/health";

    public static void MapOrchestrator(this IEndpointRouteBuilder app)
    {
        var v2 = app.MapGroup(Root);
        // Load balancers have no password; the endpoint keeps what they need not know to itself.
        v2.MapMethods(Health, [HttpMethods.Get, HttpMethods.Head], Api.Health.TellAsync).AllowAnonymous();
        v2.MapGet("/clusters", Reading.ClustersAsync);
        v2.MapGet("/clusters/{cluster}/topology", Reading.TopologyAsync);
        v2.MapGet("/clusters/{cluster}/topology.txt", Reading.TopologyTextAsync);
        v2.MapGet("/clusters/{cluster}/analysis", Reading.ClusterAnalysisAsync);
        v2.MapGet("/clusters/{cluster}/recoveries", Reading.ClusterRecoveriesAsync);
        v2.MapGet("/analysis", Reading.AnalysisAsync);
        v2.MapGet("/recoveries", Reading.RecoveriesAsync);
        v2.MapGet("/recoveries/{id}", Reading.RecoveryAsync);
        v2.MapGet("/recoveries/{id}.txt", Reading.RecoveryTextAsync);
        v2.MapPost("/discover", Discovering.DiscoverAsync);
        v2.MapPost("/clusters/{cluster}/takeover", Acting.TakeoverAsync);
        v2.MapPost("/clusters/{cluster}/failover", Acting.FailoverAsync);
        v2.MapPost("/clusters/{cluster}/open", Acting.OpenAsync);
        v2.MapPost("/clusters/{cluster}/relocate", Acting.RelocateAsync);
        v2.MapPost("/clusters/{cluster}/alias", Operating.AliasAsync);
        v2.MapGet("/downtimes", Operating.DowntimesAsync);
        v2.MapPost("/downtime", Operating.BeginDowntimeAsync);
        v2.MapPost("/undowntime", Operating.EndDowntimeAsync);
        v2.MapPost("/promotion-rule", Operating.PromotionRuleAsync);
        v2.MapPost("/forget", Operating.ForgetAsync);
        v2.MapPost("/split", Operating.SplitAsync);
        v2.MapPost("/clusters/{cluster}/adopt", Operating.AdoptAsync);
        v2.MapPost("/recoveries/{id}/approve", Acting.ApproveAsync);
        v2.MapPost("/recoveries/{id}/cancel", Acting.CancelAsync);
    }
}
