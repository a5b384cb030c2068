using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
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
    public static Task RunAsync(HttpContext context, ApiOptions access, ILogger log, string problem)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(access);
        var isHealth = IsHealth(context.Request);
        // Nothing here acts; whatever is not a question is refused as what acts would be.
        var needed = isHealth ? Power.None : IsQuestion(context.Request) ? Power.Read : Power.Act;
        if (AccessCheck.WhyNot(context, access, log, needed) is var (status, refusal))
            return Surfaces.RefuseAsync(context, Problem.Of(status, refusal));
        const int away = StatusCodes.Status503ServiceUnavailable;
        if (!isHealth) return Surfaces.RefuseAsync(context, Problem.Of(away, problem));
        var told = context.Features.GetRequiredFeature<Caller>().WhyNotRead is null ? problem : null;
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
