using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// What every request passes before an endpoint sees it: the name we are reached by, who calls, and what they may do.
/// </summary>
public static class AccessCheck
{
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

    // A page of another site can make a browser that reaches us send a request. Browsers then name that site in Origin,
    // or in Referer where the page asks for an image; Sec-Fetch-Site says it where they hide the name.
    private static string? ForeignSite(HttpRequest request) =>
        ForeignSite(request, request.Headers.Origin) ?? ForeignSite(request, request.Headers.Referer)
        ?? (IsOfAnotherSite(request.Headers["Sec-Fetch-Site"]) ? "another site" : null);

    private static string? ForeignSite(HttpRequest request, StringValues page)
    {
        if (page is not [{ Length: > 0 } address]) return null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var from)) return address;
        return from.Authority == request.Host.Value ? null : from.GetLeftPart(UriPartial.Authority);
    }

    // "none": a person typed the address.
    private static bool IsOfAnotherSite(StringValues said) => said is [{ } site] && site is not ("same-origin" or "none");
}
