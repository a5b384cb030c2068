using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// Who a request comes from and what they may do; it follows from the settings and the headers alone. Every refusal
/// names the setting behind it.
/// </summary>
/// <param name="Name">Empty when nobody is signed in.</param>
/// <param name="WhyNotRead">Null for one who may read. Only who is not signed in where one has to be may not.</param>
/// <param name="WhyNotAct">Null for one who may act.</param>
/// <param name="Tried">The name that came with a wrong password.</param>
internal sealed record Caller(string Name, string? WhyNotRead, string? WhyNotAct, string? Tried = null)
{
    /// <summary>The user of <see cref="AuthenticationMethod.Multi"/> who needs no password.</summary>
    public const string OnlyReads = "readonly";

    /// <summary>Who stands in the record of what a request does.</summary>
    public static string NameOf(HttpContext http) => SignedInOf(http) is { Length: > 0 } name ? name : "http";

    /// <summary>Who is signed in; empty when nobody is.</summary>
    public static string SignedInOf(HttpContext http) => http.Features.GetRequiredFeature<Caller>().Name;

    public static Caller Of(ApiOptions access, IHeaderDictionary headers) => access.Authentication switch
    {
        AuthenticationMethod.None => SignedIn(access, ""),
        AuthenticationMethod.Proxy => ByHeader(access, headers[access.UserHeader]),
        _ => ByPassword(access, headers.Authorization),
    };

    // A header that is there twice may have been sent once by the client.
    private static Caller ByHeader(ApiOptions access, StringValues header) =>
        header is [{ } name] && !string.IsNullOrWhiteSpace(name)
        ? SignedIn(access, name)
        : Nobody($"nobody is signed in: the sign-in in front has to name the user in the header {access.UserHeader} (Api:UserHeader)");

    private static Caller ByPassword(ApiOptions access, StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header))
            return Nobody("nobody is signed in: HTTP Basic is asked for (Api:Authentication)");
        if (BasicCredentials.Read(header.Count == 1 ? header[0] : null) is not var (user, password))
            return Nobody("nobody is signed in: the Authorization header has to be 'Basic' and USER:PASSWORD in base64 (Api:Authentication)");
        if (access.Authentication == AuthenticationMethod.Multi && user == OnlyReads)
            return new(user, null, $"user '{OnlyReads}' may only read (Api:Authentication)");
        // Both are compared whatever the first comparison says, so that the time it takes tells nothing.
        return IsSame(user, access.User) & IsSame(password, access.Password)
            ? SignedIn(access, user)
            : Nobody("user or password is wrong (Api:User, Api:Password)") with { Tried = user };
    }

    // Of the same length as hashes, texts are compared in the same time.
    private static bool IsSame(string given, string right) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(right)));

    private static Caller Nobody(string because) => new("", because, because);

    private static Caller SignedIn(ApiOptions access, string name) => new(name, null, WhyNoPower(access, name));

    private static string? WhyNoPower(ApiOptions access, string name)
    {
        if (access.ReadOnly) return "this installation answers questions only (Api:ReadOnly)";
        if (access.PowerUserList.Contains("*") || (name.Length > 0 && access.PowerUserList.Contains(name, StringComparer.OrdinalIgnoreCase))) return null;
        return name.Length == 0
            ? "nobody may act here (Api:PowerUsers is empty)"
            : $"user '{name}' is not in Api:PowerUsers";
    }
}
