using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// Who a request comes from and what they may do. Every refusal names the setting or the token behind it.
/// </summary>
/// <param name="Name">Empty when nobody is signed in.</param>
/// <param name="May">Who is not signed in where one has to be may nothing.</param>
/// <param name="Because">Why no more than that; empty where the lists of users say it.</param>
internal sealed record Caller(string Name, Role May, string Because = "")
{
    /// <summary>The user of <see cref="AuthenticationMethod.Multi"/> who needs no password.</summary>
    public const string OnlyReads = "readonly";

    /// <summary>The user that came with a wrong password or token; null when none did.</summary>
    public string? Tried { get; init; }

    /// <summary>What may be shown of a token that was not let in; null when none could be read.</summary>
    public string? TriedToken { get; init; }

    /// <summary>By a header that no browser sends of itself.</summary>
    public bool IsByBearer { get; init; }

    /// <summary>Null for one who may.</summary>
    public string? WhyNot(Role needed)
    {
        if (needed <= May) return null;
        return May == Role.None ? Because : $"this needs the role {Roles.NameOf(needed)}, and {Why(needed)}";
    }

    /// <summary>What keeps the next role from them; null for one who may everything.</summary>
    public string? WhyNotMore => May == Role.Power ? null : May == Role.None ? Because : Why(May + 1);

    private string Why(Role needed) => Because.Length > 0 ? Because : NotListed(needed);

    /// <summary>Whether nothing is compared with the password of that user.</summary>
    public static bool NeedsNoPassword(ApiOptions access, string user) =>
        access.Authentication == AuthenticationMethod.Multi && user == OnlyReads;

    /// <summary>Who stands in the record of what a request does.</summary>
    public static string NameOf(HttpContext http) => SignedInOf(http) is { Length: > 0 } name ? name : "http";

    /// <summary>Who is signed in; empty when nobody is.</summary>
    public static string SignedInOf(HttpContext http) => Of(http).Name;

    /// <summary>Whoever was let in.</summary>
    public static Caller Of(HttpContext http) => http.Features.GetRequiredFeature<Caller>();

    /// <summary>By the settings and the headers alone.</summary>
    public static Caller Of(ApiOptions access, IHeaderDictionary headers) => access.Authentication switch
    {
        AuthenticationMethod.None => SignedIn(access, ""),
        AuthenticationMethod.Proxy => ByHeader(access, headers[access.UserHeader]),
        _ => ByPassword(access, headers.Authorization),
    };

    /// <summary>Who has the value of a token.</summary>
    public static Caller By(StoredToken token, ApiOptions access)
    {
        var (name, role) = (OperatorTokens.ActorBegins + token.Name, Roles.Of(token.Role) ?? Role.None);
        if (role == Role.None) return Nobody($"token '{token.Name}' has a role that is not known here");
        return access.ReadOnly ? Reader(name) : new(name, role, $"token '{token.Name}' has the role {token.Role}");
    }

    public static Caller Nobody(string because) => new("", Role.None, because);

    // A header that is there twice may have been sent once by the client.
    private static Caller ByHeader(ApiOptions access, StringValues header)
    {
        if (header is not [{ } name] || string.IsNullOrWhiteSpace(name))
            return Nobody(
                "nobody is signed in: the sign-in in front has to name the user in the header "
                + $"{access.UserHeader} (Api:UserHeader)");
        return name.StartsWith(OperatorTokens.ActorBegins, StringComparison.OrdinalIgnoreCase)
            ? Nobody($"the header {access.UserHeader} (Api:UserHeader) names a user as tokens are named")
            : SignedIn(access, name);
    }

    private static Caller ByPassword(ApiOptions access, StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header))
            return Nobody("nobody is signed in: HTTP Basic or a token is asked for (Api:Authentication)");
        if (BasicCredentials.Read(header.Count == 1 ? header[0] : null) is not var (user, password))
            return Nobody(
                "nobody is signed in: the Authorization header has to be 'Basic' and USER:PASSWORD in base64, or "
                + "'Bearer' and a token (Api:Authentication)");
        if (NeedsNoPassword(access, user))
            return new(user, Role.Read, $"user '{OnlyReads}' may only read (Api:Authentication)");
        // Both are compared whatever the first comparison says, so that the time it takes tells nothing.
        return IsSame(user, access.User) & IsSame(password, access.Password)
            ? SignedIn(access, user)
            : Nobody("user or password is wrong (Api:User, Api:Password)") with { Tried = user };
    }

    // Of the same length as hashes, texts are compared in the same time.
    private static bool IsSame(string given, string right) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(right)));

    private static Caller SignedIn(ApiOptions access, string name)
    {
        if (access.ReadOnly) return Reader(name);
        if (IsIn(access.PowerUserList, name)) return new(name, Role.Power);
        return new(name, IsIn(access.OperatorList, name) ? Role.Operate : Role.Read);
    }

    private static Caller Reader(string name) =>
        new(name, Role.Read, "this installation answers questions only (Api:ReadOnly)");

    private static bool IsIn(string[] users, string name) =>
        users.Contains("*") || (name.Length > 0 && users.Contains(name, StringComparer.OrdinalIgnoreCase));

    private string NotListed(Role needed) => (Name.Length, needed) switch
    {
        (0, Role.Operate) => "neither Api:Operators nor Api:PowerUsers is *, and nobody has a name here",
        (0, _) => "Api:PowerUsers is not *, and nobody has a name here",
        (_, Role.Operate) => $"user '{Name}' is neither in Api:Operators nor in Api:PowerUsers",
        _ => $"user '{Name}' is not in Api:PowerUsers",
    };
}
