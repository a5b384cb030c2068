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
        if (needed == Power.Act && WhyForeign(context.Request) is { } foreign)
            return (StatusCodes.Status403Forbidden, foreign);
        context.Features.Set(caller);
        return null;
    }

    // A page of another site can make a browser that reaches us send a request, with the reader's password. Browsers
    // name that site in Origin, in Referer unless the page keeps it back, and in Sec-Fetch-Site where TLS is spoken.
    // What acts by GET may come with none of them, as an image or a link: a browser has to come from our own page then.
    private static string? WhyForeign(HttpRequest request)
    {
        var (origin, referer) = (request.Headers.Origin, request.Headers.Referer);
        if ((ForeignSite(request, origin) ?? ForeignSite(request, referer)) is { } site)
            return $"requests from pages of {site} are not taken";
        var said = request.Headers["Sec-Fetch-Site"].ToString();
        if (said.Length > 0 && said is not ("same-origin" or "none"))
            return "requests from pages of another site are not taken";
        var isOurs = origin.Count > 0 || referer.Count > 0 || said == "same-origin";
        return HttpMethods.IsGet(request.Method) && !isOurs && OfBrowser.Any(request.Headers.ContainsKey)
            ? "a browser may act by GET from a page of ours alone (a script sends no Accept-Language)"
            : null;
    }

    /// <summary>Headers that browsers send of themselves, and programs do not.</summary>
    private static readonly string[] OfBrowser =
        ["Accept-Language", "Sec-Fetch-Site", "Sec-Fetch-Dest", "Sec-Purpose", "Purpose", "Upgrade-Insecure-Requests"];

    private static string? ForeignSite(HttpRequest request, StringValues page)
    {
        if (page is not [{ Length: > 0 } address]) return null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var from)) return address;
        return from.Authority == request.Host.Value ? null : from.GetLeftPart(UriPartial.Authority);
    }
}
