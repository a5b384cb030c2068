using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.V3;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.V2;

/// <summary>
/// The three questions that Kubernetes and load balancers ask about one process: whether it runs, whether requests
/// should go to it, and whether what acts should. 200 or 503 with <c>{"status"}</c> (ProxySQL/orchestrator,
/// <c>docs/observability.md</c>). They are about the process; whether the fleet is well, <c>/api/v3/health</c> tells.
/// </summary>
internal static class ProcessHealth
{
    private const string Root = "/health";

    private static readonly (string Name, string Yes, string No, Func<ApiContext, CancellationToken, Task<bool>> IsSo)[]
        Questions =
    [
        // It answers: that is all there is to know. A process that cannot read storage is not mended by a new one.
        ("live", "alive", "", (_, _) => Task.FromResult(true)),
        ("ready", "ready", "not ready", Health.CanReadStorageAsync),
        // No process leads: each takes what acts, and leases in storage decide whose turn it is.
        ("leader", "leader", "not leader", async (api, cancel) =>
            !api.Access.ReadOnly && await Health.CanReadStorageAsync(api, cancel)),
    ];

    /// <summary>Whether a path asks one of them.</summary>
    public static bool IsAsked(PathString path) => Questions.Any(q => IsAsked(path, q.Name));

    // A slash at the end changes nothing.
    private static bool IsAsked(PathString path, string name) =>
        path.StartsWithSegments($"{Root}/{name}", out var rest) && rest.Value is "" or "/";

    // Who asks has no password, and hears nothing but yes and no.
    public static void MapProcessHealth(this IEndpointRouteBuilder app)
    {
        foreach (var question in Questions)
            app.MapMethods($"{Root}/{question.Name}", [HttpMethods.Get, HttpMethods.Head],
                async (ApiContext api, CancellationToken cancel) =>
                    Told(await question.IsSo(api, cancel), question.Yes, question.No))
                .WithMetadata(new Needs(Role.None)).ExcludeFromDescription();
    }

    /// <summary>The same while storage is not open yet: it runs, and nothing more.</summary>
    public static Task TellClosedAsync(HttpContext context)
    {
        var question = Questions.First(q => IsAsked(context.Request.Path, q.Name));
        var isLive = question.No.Length == 0;
        context.Response.StatusCode = StatusOf(isLive);
        return context.Response.WriteAsJsonAsync(
            new StatusAnswer(isLive ? question.Yes : question.No), context.RequestAborted);
    }

    private static IResult Told(bool isSo, string yes, string no) =>
        Results.Json(new StatusAnswer(isSo ? yes : no), statusCode: StatusOf(isSo));

    private static int StatusOf(bool isSo) => isSo ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    private sealed record StatusAnswer(string Status);
}
