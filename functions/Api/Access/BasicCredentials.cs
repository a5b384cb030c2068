using System.Text;

namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// User and password as HTTP Basic carries them (RFC 7617): <c>user:password</c> as UTF-8, in base64.
/// </summary>
internal static class BasicCredentials
{
    private const string Scheme = "Basic ";

    /// <summary>What a client is answered that has to sign in.</summary>
    public const string Challenge = "Basic realm=\"orchestrator\", charset=\"UTF-8\"";

    /// <summary>Null when the header is none of HTTP Basic.</summary>
    public static (string User, string Password)? Read(string? authorization)
    {
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true) return null;
        var encoded = authorization.AsSpan(Scheme.Length);
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length)) return null;
        // A password may contain colons, a user may not. Bytes that are no UTF-8 become a sign that makes the password
        // a wrong one.
        var both = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return both is [var user, var password] ? (user, password) : null;
    }
}
