using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// What every request passes before an endpoint sees it: the name we are reached by, its size, who calls, and what they
/// may do, how often.
/// </summary>
/// <param name="Tokens">Null where storage is not open yet.</param>
/// <param name="Limits">Null where nothing is counted.</param>
public sealed record AccessCheck(ApiOptions Options, TokenSignIns? Tokens, CallLimits? Limits, ILogger Log)
{
    /// <summary>
    /// Nothing here reads a body: what is asked stands in the path and the query. A client may send one.
    /// </summary>
    public const int LongestBody = 64 * 1024;

    /// <summary>
    /// What a caller needs. An endpoint that does not say asks for most, so that one added later is not open by
    /// mistake; so does what nobody answers, unless it is plainly a question.
    /// </summary>
    internal static Role NeededFor(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is { } needs) return needs.Role;
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return context.GetEndpoint() is null && isRead ? Role.Read : Role.Power;
    }

    /// <summary>
    /// Why a request is not let in, with the status; null for one that is, and then the caller stands in its features.
    /// </summary>
    internal async Task<(int Status, string Problem)?> WhyNotAsync(HttpContext context, Role needed)
    {
        var host = context.Request.Host.Host;
        if (!Options.IsReachedAs(host))
            return (StatusCodes.Status421MisdirectedRequest, $"this is not reached as '{host}' (Api:Hosts)");
        if (context.Request.ContentLength is > LongestBody and var length)
            return (StatusCodes.Status413PayloadTooLarge,
                $"the request has a body of {length} bytes: expected none, and at most {LongestBody} are passed over");
        var (caller, status, wait) = await SignInAsync(context);
        context.Features.Set(caller);
        if (caller.WhyNot(needed) is { } unknown && caller.May == Role.None)
            return NotSignedIn(context, status, unknown, wait);
        if (caller.WhyNot(needed) is { } powerless) return (StatusCodes.Status403Forbidden, powerless);
        if (!needed.Acts()) return null;
        // A browser adds a password by itself, and no Bearer token.
        if (!caller.IsByBearer && CrossSite.WhyNot(context.Request) is { } foreign)
            return (StatusCodes.Status403Forbidden, foreign);
        return Limits?.Act(context, caller, needed) is var (often, soon) ? TooMany(context, often, soon) : null;
    }

    private async Task<(Caller Caller, int Status, TimeSpan? Wait)> SignInAsync(HttpContext context)
    {
        var isGuess = SignIn.IsGuess(Options, context.Request.Headers);
        if (isGuess && Limits?.Try(context) is var (locked, wait))
            return (Caller.Nobody(locked), StatusCodes.Status429TooManyRequests, wait);
        var (caller, status) = await SignIn.OfAsync(context, Options, Tokens);
        if (caller.Tried is null) return (caller, status, null);
        Log.Refused(caller, Options.User, context.Connection.RemoteIpAddress);
        // Tokens that ended at the same time stop nobody who has a password.
        return isGuess && Limits?.Fail(context) is var (often, soon)
            ? (Caller.Nobody(often), StatusCodes.Status429TooManyRequests, soon)
            : (caller, status, null);
    }

    private (int, string) NotSignedIn(HttpContext context, int status, string because, TimeSpan? wait)
    {
        if (wait is { } soon) return TooMany(context, because, soon);
        // Where a proxy signs people in there is no way to sign in here that could be told.
        if (Options.AsksForPassword && status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = BasicCredentials.Challenge;
        return (status, because);
    }

    private static (int, string) TooMany(HttpContext context, string because, TimeSpan wait)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return (StatusCodes.Status429TooManyRequests, $"{because}; again in {seconds} s");
    }
}
