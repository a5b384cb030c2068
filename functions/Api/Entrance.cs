using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace OrchestratorFunctions.Api;

/// <summary>What every request passes before an endpoint sees it: the name we are reached by, who calls, and what they may do.</summary>
public static class Entrance
{
    /// <summary>The endpoints behind their entrance. A door can have them in no other way, and paths nobody answers stand behind it too.</summary>
    public static void UseOrchestrator(this IApplicationBuilder app)
    {
        app.UseRouting();
        app.Use(AdmitAsync);
        app.UseEndpoints(endpoints => endpoints.MapOrchestrator());
    }

    private static Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        var room = context.RequestServices.GetRequiredService<ApiRoom>();
        if (!room.Access.IsReachedAs(context.Request.Host.Host))
            return RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, $"this is not reached as '{context.Request.Host.Host}' (Api:Hosts)");
        var caller = Caller.Of(room.Access, context.Request.Headers);
        if (caller.Tried is { } user) room.Log.WrongPassword(user, room.Access.User, context.Connection.RemoteIpAddress);
        if (caller.WhyNotRead is { } unknown && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            // Where a proxy signs people in there is no way to sign in here that could be told.
            if (room.Access.AsksForPassword) context.Response.Headers.WWWAuthenticate = BasicCredentials.Challenge;
            return RefuseAsync(context, StatusCodes.Status401Unauthorized, unknown);
        }
        // Whatever is not plainly a question acts, so that an endpoint added later is not open by mistake.
        if (caller.WhyNotAct is { } powerless && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return RefuseAsync(context, StatusCodes.Status403Forbidden, powerless);
        context.Features.Set(caller);
        return next(context);
    }

    private static Task RefuseAsync(HttpContext context, int status, string problem) => Reading.Answer(new { problem }, status).ExecuteAsync(context);
}
