using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.Legacy;
using OrchestratorFunctions.Api.V2;
using OrchestratorFunctions.Api.V3;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api;

/// <summary>
/// Answers for a door whose storage is not open yet: 503 with the reason, behind the same entrance as the endpoints.
/// Health tells everybody that all is not well, and the reason to callers that may read.
/// </summary>
public static class ClosedPipeline
{
    /// <param name="problem">Why nothing can be answered.</param>
    /// <param name="limits">Null where nothing is counted.</param>
    public static async Task RunAsync(
        HttpContext context, ApiOptions access, ILogger log, string problem, CallLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(access);
        var isHealth = IsHealth(context.Request);
        // Nothing here acts; whatever is not a question is refused as what acts would be.
        var needed = isHealth ? Role.None : IsQuestion(context.Request) ? Role.Read : Role.Power;
        var check = new AccessCheck(access, Tokens: null, limits, log);
        if (await check.WhyNotAsync(context, needed) is var (status, refusal))
            await Surfaces.RefuseAsync(context, Problem.Of(status, refusal));
        else await TellAsync(context, isHealth, problem);
    }

    private static Task TellAsync(HttpContext context, bool isHealth, string problem)
    {
        const int away = StatusCodes.Status503ServiceUnavailable;
        if (!isHealth) return Surfaces.RefuseAsync(context, Problem.Of(away, problem));
        var told = Caller.Of(context).May >= Role.Read ? problem : null;
        if (ProcessHealth.IsAsked(context.Request.Path)) return ProcessHealth.TellClosedAsync(context);
        if (!context.Request.Path.StartsWithSegments(V3Routes.Root))
            return Surfaces.RefuseAsync(context, Problem.Of(away, told ?? "not ready"));
        context.Response.StatusCode = away;
        return context.Response.WriteAsJsonAsync(
            new HealthAnswer(Healthy: false, told), CoreJson.Options, context.RequestAborted);
    }

    /// <summary>Whether a request asks for health, which load balancers do: they want an answer soon.</summary>
    public static bool IsHealth(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return IsQuestion(request)
            && (request.Path.Equals(V3Routes.Root + V3Routes.Health) || LegacyRoutes.IsHealth(request.Path)
                || V2Routes.IsHealth(request.Path) || ProcessHealth.IsAsked(request.Path));
    }

    private static bool IsQuestion(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
}
