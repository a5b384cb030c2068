using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.Legacy;
using OrchestratorFunctions.Api.V3;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.V2;

/// <summary>
/// The second surface of orchestrator's live fork on one page (ProxySQL/orchestrator, <c>docs/api-v2.md</c>): GET
/// routes that read, with one envelope and statuses that say what they mean.
/// </summary>
internal static class V2Routes
{
    public const string Root = "/api/v2";

    private const string Status = "status", Key = "{host}/{port}";
    private static readonly string[] Asking = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Every row.</summary>
    public static ImmutableArray<V2Route> All { get; } =
    [
        new("clusters", "CLUSTER_LIST_ERROR", V2Reads.ClustersAsync),
        new("clusters/{name}", "CLUSTER_INFO_ERROR", V2Reads.ClusterAsync),
        new("clusters/{name}/instances", "CLUSTER_INSTANCES_ERROR", V2Reads.ClusterInstancesAsync),
        new("clusters/{name}/topology", "TOPOLOGY_ERROR", V2Reads.TopologyAsync),
        new($"instances/{Key}", "INSTANCE_READ_ERROR", V2Reads.InstanceAsync),
        new($"instances/{Key}/channels", "INSTANCE_READ_ERROR", V2Reads.ChannelsAsync),
        new("recoveries", "RECOVERIES_ERROR", V2Recoveries.ListAsync) { Arguments = ["cluster", "alias", "page"] },
        new("recoveries/active", "ACTIVE_RECOVERIES_ERROR", V2Recoveries.ActiveAsync),
        // Load balancers have no password.
        new(Status, V2Reads.Unhealthy, V2Reads.StatusAsync) { Needs = Role.None },
        new("proxysql/servers", "PROXYSQL_ERROR", V2Reads.ProxySqlAsync),
    ];

    /// <summary>Whether a path is one of this surface, known or not.</summary>
    public static bool IsAsked(PathString path) => path.StartsWithSegments(Root);

    /// <summary>Whether a path asks for health, which load balancers do.</summary>
    public static bool IsHealth(PathString path) => path.StartsWithSegments($"{Root}/{Status}");

    public static void MapV2(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Root);
        foreach (var route in All)
            group.MapMethods(route.Path, Asking, (ApiContext api, HttpContext http, CancellationToken cancel) =>
                    AnswerAsync(route, new LegacyCall(api, http, cancel)))
                .WithMetadata(new Needs(route.Needs)).ExcludeFromDescription();
    }

    // A misspelt filter would answer for the whole fleet.
    private static async Task<V2Answer> AnswerAsync(V2Route route, LegacyCall call)
    {
        if (QueryArguments.WhyNot(call.Http, route.Arguments) is { } unknown) return V2Answer.BadInput(unknown);
        try
        {
            return await route.Answer(call);
        }
        catch (Exception e) when (!call.Cancel.IsCancellationRequested)
        {
            call.Api.Log.NotAnswered($"v2/{route.Path}", e);
            return V2Answer.Error(
                StatusCodes.Status500InternalServerError, route.Failure,
                $"it could not be answered, and the log says why: {e.GetType().Name}");
        }
    }
}
