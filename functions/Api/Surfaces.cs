using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Api.Legacy;
using OrchestratorFunctions.Api.Metrics;
using OrchestratorFunctions.Api.Pages;
using OrchestratorFunctions.Api.V2;
using OrchestratorFunctions.Api.V3;

namespace OrchestratorFunctions.Api;

/// <summary>
/// All surfaces behind one access check: ours below <c>/api/v3</c>, orchestrator's below <c>/api</c>, and that of its
/// fork below <c>/api/v2</c> and <c>/health</c>; the page below <c>/web</c>. Who is not let in is told so in the shape
/// of the surface that was asked.
/// </summary>
public static class Surfaces
{
    /// <summary>
    /// The endpoints behind their access check. A door can have them in no other way, and paths nobody answers stand
    /// behind it too.
    /// </summary>
    /// <param name="metrics">Null where nothing is scraped here.</param>
    public static void UseOrchestrator(this IApplicationBuilder app, MetricsEndpoint? metrics = null) =>
        app.UseBehindAccessCheck(endpoints =>
        {
            endpoints.MapV3();
            endpoints.MapLegacy();
            endpoints.MapV2();
            endpoints.MapProcessHealth();
            endpoints.MapPage();
            metrics?.Map(endpoints);
        });

    /// <summary>What is scraped, alone and behind the same access check: for an address of its own.</summary>
    public static void UseMetrics(this IApplicationBuilder app, MetricsEndpoint metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        app.UseBehindAccessCheck(metrics.Map);
    }

    private static void UseBehindAccessCheck(this IApplicationBuilder app, Action<IEndpointRouteBuilder> map)
    {
        app.UseRouting();
        app.Use(AdmitAsync);
        app.Use(TellUnknownAsync);
        app.UseEndpoints(map);
    }

    /// <summary>Writes why a request is not done, without the services of a pipeline.</summary>
    internal static Task RefuseAsync(HttpContext context, Problem problem)
    {
        var path = context.Request.Path;
        if (V2Routes.IsAsked(path)) return V2Answer.Refused(problem).WriteAsync(context);
        return LegacyRoutes.IsAsked(path)
            ? LegacyAnswer.Refused(problem).WriteAsync(context)
            : problem.WriteAsync(context);
    }

    private static async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        var access = context.RequestServices.GetRequiredService<ApiContext>().AccessCheck;
        if (await access.WhyNotAsync(context, AccessCheck.NeededFor(context)) is var (status, problem))
            await RefuseAsync(context, Problem.Of(status, problem));
        else await next(context);
    }

    // Routing leaves the answer empty where it knows no path, or not with this method.
    private static async Task TellUnknownAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var (request, response) = (context.Request, context.Response);
        if (response is not { HasStarted: false, ContentType: null, StatusCode: var status and (404 or 405) }) return;
        var allowed = response.Headers.Allow.ToString();
        var says = status == 405 ? $"; expected {allowed}" : "";
        await RefuseAsync(context, Problem.Of(
            status, $"nothing answers {request.Method} {request.Path}{says}",
            $"what {V3Routes.Root}/openapi.json lists"));
    }
}
