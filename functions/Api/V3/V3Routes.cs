using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.Events;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.V3;

/// <summary>
/// Our own HTTP surface on one page: questions here, and what acts as the catalogue of operations says.
/// </summary>
internal static class V3Routes
{
    public const string Root = "/api/v3", Health = "/health";

    public static void MapV3(this IEndpointRouteBuilder app)
    {
        var v3 = app.MapGroup(Root);
        // Load balancers have no password; the endpoint keeps what they need not know to itself.
        v3.MapMethods(Health, [HttpMethods.Get, HttpMethods.Head], V3.Health.TellAsync)
            .Describe(Role.None, "health", "Whether the fleet is watched, and could be recovered")
            .Produces<HealthAnswer>().Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);
        v3.Ask<SessionAnswer>("/session", ReadEndpoints.Session, "Who asks, and what they may do");
        v3.Ask<Page<CatalogueEntry>>("/operations", OperationEndpoints.Tell, "Everything that can be asked for");
        v3.Ask<Page<ClusterSummary>>("/clusters", ReadEndpoints.ClustersAsync, "List clusters").ProducesProblems(400);
        v3.Ask<ClusterAnswer>(
            "/clusters/{cluster}/topology", ReadEndpoints.TopologyAsync, "A cluster as it was last seen")
            .ProducesProblems(404);
        v3.Ask<string>("/clusters/{cluster}/topology.txt", ReadEndpoints.TopologyTextAsync, "The same as a drawing")
            .ProducesProblems(404);
        v3.Ask<Page<AnalysisAnswer>>(
            "/clusters/{cluster}/analysis", ReadEndpoints.ClusterAnalysisAsync, "What is wrong in a cluster")
            .ProducesProblems(404);
        v3.Ask<Page<RecoverySummary>>(
            "/clusters/{cluster}/recoveries", ReadEndpoints.ClusterRecoveriesAsync,
            "List the recoveries of a cluster, newest first").ProducesProblems(400, 404);
        v3.Ask<Page<AnalysisAnswer>>("/analysis", ReadEndpoints.AnalysisAsync, "What is wrong, cluster by cluster")
            .ProducesProblems(400);
        v3.Ask<Page<RecoverySummary>>("/recoveries", ReadEndpoints.RecoveriesAsync, "List recoveries, newest first")
            .ProducesProblems(400);
        v3.Ask<RecoveryAnswer>("/recoveries/{id}", ReadEndpoints.RecoveryAsync, "One recovery with its whole record")
            .ProducesProblems(404);
        v3.Ask<string>("/recoveries/{id}.txt", ReadEndpoints.RecoveryTextAsync, "The same as a story")
            .ProducesProblems(404);
        v3.Ask<Page<DowntimeEntry>>("/downtimes", ReadEndpoints.DowntimesAsync, "List the downtimes that go on");
        v3.Ask<Page<MaintenanceEntry>>(
            "/maintenances", ReadEndpoints.MaintenancesAsync, "List the maintenances that go on");
        v3.Ask<Page<PoolEntry>>("/pools", ReadEndpoints.PoolsAsync, "List pools with their servers");
        v3.Ask<Page<TokenEntry>>(
            "/tokens", ReadEndpoints.TokensAsync, "List the tokens by which programs sign in, without their values",
            Role.Power);
        v3.Ask<string>("/openapi.json", OpenApi.Tell, "This description");
        v3.MapEvents(app.ServiceProvider.GetRequiredService<ApiContext>());
        v3.MapOperations();
    }

    private static void MapEvents(this RouteGroupBuilder v3, ApiContext api)
    {
        var picture = new FleetPicture(v => ReadEndpoints.Summary(v, api), v => ReadEndpoints.Analyzed(v, api));
        var stream = new EventStream(api, new FleetEvents(api, picture));
        v3.MapGet("/events", stream.TellAsync).TakesItsOwn("/events", stream.TellAsync)
            .Describe(Role.Read, "get/events", "What changes, as server-sent events")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream").ProducesProblems(404, 503);
    }

    // A question has its path for a name: no two have the same.
    private static RouteHandlerBuilder Ask<T>(
        this RouteGroupBuilder v3, string path, Delegate answer, string summary, Role needs = Role.Read)
    {
        var isText = path.EndsWith(".txt", StringComparison.Ordinal);
        return v3.MapGet(path, answer).TakesItsOwn(path, answer).Describe(needs, "get" + path, summary)
            .Produces<T>(StatusCodes.Status200OK, isText ? "text/plain" : "application/json");
    }
}
