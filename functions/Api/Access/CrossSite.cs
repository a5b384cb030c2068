using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// Keeps pages of other sites from acting through a browser that reaches us: the browser adds the reader's password by
/// itself. Browsers name that site in Origin, in Referer unless the page keeps it back, and in Sec-Fetch-Site where TLS
/// is spoken. What acts by GET may come with none of them, as an image or a link: a browser has to come from our own
/// page then.
/// </summary>
internal static class CrossSite
{
    /// <summary>Headers that browsers send of themselves, and programs do not.</summary>
    private static readonly string[] OfBrowser =
        ["Accept-Language", "Sec-Fetch-Site", "Sec-Fetch-Dest", "Sec-Purpose", "Purpose", "Upgrade-Insecure-Requests"];

    /// <summary>Why a request that acts is not taken; null for one that is.</summary>
    public static string? WhyNot(HttpRequest request)
    {
        var (origin, referer) = (request.Headers.Origin, request.Headers.Referer);
        if ((ForeignSite(request, origin) ?? ForeignSite(request, referer)) is { } site)
            return $"requests from pages of {site} are not taken";
        var said = request.Headers["Sec-Fetch-Site"].ToString();
        if (said.Length > 0 && said is not ("same-origin" or "none"))
            return "requests from pages of another site are not taken";
        var isOurs = origin.Count > 0 || referer.Count > 0 || said == "same-origin";
        return HttpMethods.IsGet(request.Method) && !isOurs && OfBrowser.Any(request.Headers.ContainsKey)
            ? "a browser may act by GET from a page of ours alone "
                + "(a script sends no Accept-Language, or a token as Bearer)"
            : null;
    }

    private static string? ForeignSite(HttpRequest request, StringValues page)
    {
        if (page is not [{ Length: > 0 } address]) return null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var from)) return address;
        return from.Authority == request.Host.Value ? null : from.GetLeftPart(UriPartial.Authority);
    }
}
