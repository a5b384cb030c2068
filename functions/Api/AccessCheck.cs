using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api;

/// <summary>
/// What every request passes before an endpoint sees it: the name we are reached by, who calls, and what they may do.
/// </summary>
public static class AccessCheck
{
    /// <summary>
    /// The endpoints behind their entrance. A door can have them in no other way, and paths nobody answers stand behind
    /// it too.
    /// </summary>
    public static void UseOrchestrator(this IApplicationBuilder app)
    {
        app.UseRouting();
        app.Use(AdmitAsync);
        app.Use(TellUnknownAsync);
        app.UseEndpoints(endpoints => endpoints.MapOrchestrator());
    }

    private static Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        var api = context.RequestServices.GetRequiredService<ApiContext>();
        if (WhyNot(context, api.Access, api.Log, PowerFor(context)) is not var (status, problem)) return next(context);
        return AnswerAsync(context, Problem.Of(status, problem));
    }

    // Routing leaves the answer empty where it knows no path, or not with this method.
    private static async Task TellUnknownAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var (request, response) = (context.Request, context.Response);
        if (response is not { HasStarted: false, ContentType: null, StatusCode: var status and (404 or 405) }) return;
        var allowed = response.Headers.Allow.ToString();
        var says = status == 405 ? $"; expected {allowed}" : "";
        await AnswerAsync(context, Problem.Of(
            status, $"nothing answers {request.Method} {request.Path}{says}",
            $"what {Routes.Root}/openapi.json lists"));
    }

    /// <summary>
    /// What a caller needs. An endpoint that does not say acts, so that one added later is not open by mistake; so does
    /// what nobody answers, unless it is plainly a question.
    /// </summary>
    internal static Power PowerFor(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is { } needs) return needs.Power;
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return context.GetEndpoint() is null && isRead ? Power.Read : Power.Act;
    }

    /// <summary>
    /// Why a request is not let in, with the status; null for one that is, and then the caller stands in its features.
    /// </summary>
    internal static (int Status, string Problem)? WhyNot(
        HttpContext context, ApiOptions access, ILogger log, Power needed)
    {
        var host = context.Request.Host.Host;
        if (!access.IsReachedAs(host))
            return (StatusCodes.Status421MisdirectedRequest, $"this is not reached as '{host}' (Api:Hosts)");
        var caller = Caller.Of(access, context.Request.Headers);
        if (caller.Tried is { } user) log.WrongPassword(user, access.User, context.Connection.RemoteIpAddress);
        if (caller.WhyNotRead is { } unknown && needed != Power.None)
        {
            // Where a proxy signs people in there is no way to sign in here that could be told.
            if (access.AsksForPassword) context.Response.Headers.WWWAuthenticate = BasicCredentials.Challenge;
            return (StatusCodes.Status401Unauthorized, unknown);
        }
        if (caller.WhyNotAct is { } powerless && needed == Power.Act)
            return (StatusCodes.Status403Forbidden, powerless);
        if (needed == Power.Act && ForeignSite(context.Request) is { } site)
            return (StatusCodes.Status403Forbidden, $"requests from pages of {site} are not taken");
        context.Features.Set(caller);
        return null;
    }

    // A page of another site can make a browser that reaches us send a request; browsers then name that site.
    private static string? ForeignSite(HttpRequest request)
    {
        if (request.Headers.Origin is not [{ Length: > 0 } origin]) return null;
        var isOurs = Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value;
        return isOurs ? null : origin;
    }

    /// <summary>Writes why a request is not done, without the services of a pipeline.</summary>
    internal static Task AnswerAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(problem, CoreJson.Options, Problem.MediaType, context.RequestAborted);
    }
}
