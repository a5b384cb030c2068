using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// Who signs in, by a token or as the settings ask. A token counts beside every <see cref="AuthenticationMethod"/>: as
/// <c>Authorization: Bearer</c>, and where a password is asked for also as that, with the user <c>token</c> or the
/// token's name, because older clients send nothing else.
/// </summary>
internal static class SignIn
{
    private const string Scheme = "Bearer ", AnyToken = "token";

    /// <summary>Whoever calls; nobody after the status and the reason.</summary>
    /// <param name="tokens">Null where storage is not open yet.</param>
    public static async Task<(Caller Caller, int Status)> OfAsync(
        HttpContext context, ApiOptions access, TokenSignIns? tokens)
    {
        var headers = context.Request.Headers;
        if (Bearer(headers) is { } text)
            return await ByTokenAsync(context, access, tokens, text, named: AnyToken, isByBearer: true);
        var caller = Caller.Of(access, headers);
        if (caller.Tried is { } user && BasicCredentials.Read(headers.Authorization) is var (_, password)
            && IsOurs(password))
            return await ByTokenAsync(context, access, tokens, password, user, isByBearer: false);
        return (caller, StatusCodes.Status401Unauthorized);
    }

    /// <summary>Whether a password is tried, which can be guessed; a token cannot.</summary>
    public static bool IsGuess(ApiOptions access, IHeaderDictionary headers) =>
        access.AsksForPassword && BasicCredentials.Read(headers.Authorization) is var (user, password)
        && TokenValue.Read(password) is null && !Caller.NeedsNoPassword(access, user);

    // What others call a bearer token is none of ours: a proxy may hand on its own.
    private static string? Bearer(IHeaderDictionary headers)
    {
        var given = headers.Authorization.Count == 1 ? headers.Authorization.ToString() : "";
        if (!given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var text = given[Scheme.Length..].Trim();
        return IsOurs(text) ? text : null;
    }

    private static bool IsOurs(string text) => text.StartsWith(TokenValue.Begins, StringComparison.Ordinal);

    private static async Task<(Caller, int)> ByTokenAsync(
        HttpContext context, ApiOptions access, TokenSignIns? tokens, string text, string named, bool isByBearer)
    {
        if (tokens is null)
            return (Caller.Nobody("storage is not open yet, so no token can be checked"), 503);
        var (token, status, whyNot) = await tokens.FindAsync(text, context.RequestAborted);
        if (token is not null && (named == AnyToken || named == token.Name))
            return (Caller.By(token, access) with { IsByBearer = isByBearer }, StatusCodes.Status401Unauthorized);
        if (token is not null)
            (status, whyNot) = (401, $"the token has another name than the user: expected its name, or {AnyToken}");
        if (status != StatusCodes.Status401Unauthorized) return (Caller.Nobody(whyNot), status);
        return (Caller.Nobody(whyNot) with { Tried = AnyToken, TriedToken = TokenValue.Read(text)?.Prefix }, status);
    }
}
