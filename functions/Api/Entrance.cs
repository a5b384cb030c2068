using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Api;

/// <summary>
/// What every request passes before an endpoint sees it: the name we are reached by, who calls, and what they may do.
/// </summary>
public static class Entrance
{
    /// <summary>
    /// The endpoints behind their entrance. A door can have them in no other way, and paths nobody answers stand behind
    /// it too.
    /// </summary>
    public static void UseOrchestrator(this IApplicationBuilder app)
    {
        app.UseRouting();
        app.Use(AdmitAsync);
        app.UseEndpoints(endpoints => endpoints.MapOrchestrator());
    }

    private static Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        var room = context.RequestServices.GetRequiredService<ApiRoom>();
        var isForEverybody = context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        if (WhyNot(context, room.Access, room.Log, isForEverybody) is not var (status, problem)) return next(context);
        return AnswerAsync(context, Problem.Of(status, problem));
    }

    /// <summary>
    /// Why a request is not let in, with the status; null for one that is, and then the caller stands in its features.
    /// </summary>
    internal static (int Status, string Problem)? WhyNot(
        HttpContext context, ApiOptions access, ILogger log, bool isForEverybody)
    {
        var host = context.Request.Host.Host;
        if (!access.IsReachedAs(host))
            return (StatusCodes.Status421MisdirectedRequest, $"this is not reached as '{host}' (Api:Hosts)");
        var caller = Caller.Of(access, context.Request.Headers);
        if (caller.Tried is { } user) log.WrongPassword(user, access.User, context.Connection.RemoteIpAddress);
        if (caller.WhyNotRead is { } unknown && !isForEverybody)
        {
            // Where a proxy signs people in there is no way to sign in here that could be told.
            if (access.AsksForPassword) context.Response.Headers.WWWAuthenticate = BasicCredentials.Challenge;
            return (StatusCodes.Status401Unauthorized, unknown);
        }
        // Whatever is not plainly a question acts, so that an endpoint added later is not open by mistake.
        if (caller.WhyNotAct is { } powerless && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return (StatusCodes.Status403Forbidden, powerless);
        context.Features.Set(caller);
        return null;
    }

    /// <summary>Writes why a request is not done, without the services of a pipeline.</summary>
    internal static Task AnswerAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(problem, CoreJson.Options, Problem.MediaType, context.RequestAborted);
    }
}
