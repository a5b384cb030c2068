using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Pages;

/// <summary>
/// The page below <c>/web</c>, for who may read. It is files alone: what it shows and does, it asks <c>/api/v3</c> for.
/// Every address of it, also orchestrator's old ones, answers the page, which finds the view.
/// </summary>
internal static class PageRoutes
{
    public const string Root = "/web";

    /// <summary>
    /// What a browser lets the page do: its own files and its own server, nothing inline, in no frame (W3C, "Content
    /// Security Policy Level 3").
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Asking = [HttpMethods.Get, HttpMethods.Head];

    private static readonly Lazy<PageFiles> Files = new(() => PageFiles.Read(typeof(PageRoutes).Assembly));

    public static void MapPage(this IEndpointRouteBuilder app)
    {
        Map(app, "/", () => Results.Redirect(Root + "/"));
        Map(app, Root + "/{**path}", TellAsync);
    }

    private static void Map(IEndpointRouteBuilder app, string path, Delegate answer) =>
        app.MapMethods(path, Asking, answer).WithMetadata(new Needs(Role.Read)).ExcludeFromDescription();

    private static IResult TellAsync(HttpContext context, string? path)
    {
        if (!Files.Value.IsThere)
            return Problem.NotFound(new("this build has no page", "build it with Node.js, or ask /api/v3"));
        if (Files.Value[path ?? ""] is not { } file)
            return Problem.NotFound(new($"the page has no file '{path}'", "load the page again: it is a newer one"));
        var headers = context.Response.Headers;
        (headers.ContentSecurityPolicy, headers.XContentTypeOptions) = (Policy, "nosniff");
        (headers["Referrer-Policy"], headers.XFrameOptions) = ("same-origin", "DENY");
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        (headers.Vary, headers.CacheControl) = (
            HeaderNames.AcceptEncoding,
            file.IsNamedByContent ? "private, max-age=31536000, immutable" : "private, no-cache");
        var accepted = context.Request.Headers.AcceptEncoding.ToString();
        var takesZip = accepted.Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (takesZip) headers.ContentEncoding = "gzip";
        return Results.Bytes(
            takesZip ? file.Zipped : file.Plain, file.Type, entityTag: EntityTagHeaderValue.Parse(file.Tag));
    }
}
