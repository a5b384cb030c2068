using System.Buffers;
using System.Collections.Immutable;

namespace OrchestratorFunctions.Api.Access;

/// <summary>Section <c>Api</c>: who is let in, and what callers may do.</summary>
public sealed class ApiOptions
{
    public const string Section = "Api";

    private const int MostPerMinute = 1_000_000;

    private static readonly string RightNumber = $"expected 1 to {MostPerMinute}, or 0 for no limit";

    /// <summary>What the name of a header is made of.</summary>
    private static readonly SearchValues<char> OfToken =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>How it is known who calls.</summary>
    public AuthenticationMethod Authentication { get; set; }

    /// <summary>Who signs in by HTTP Basic.</summary>
    public string User { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>
    /// Header in which the sign-in in front of us names the user; set by it, not by the client. Azure's names it so.
    /// </summary>
    public string UserHeader { get; set; } = "X-MS-CLIENT-PRINCIPAL-NAME";

    /// <summary>Users who may do everything, parted by commas; <c>*</c> for everybody who is let in.</summary>
    public string PowerUsers { get; set; } = "*";

    /// <summary>
    /// Users who may do what is easily undone, parted by commas; <c>*</c> for everybody who is let in.
    /// </summary>
    public string Operators { get; set; } = "";

    /// <summary>How often a caller may act within a minute; 0 for as often as they like.</summary>
    public int ActsPerMinute { get; set; } = 600;

    /// <summary>
    /// How many sign-ins of an address may fail within a minute before no more are looked at; 0 for any number.
    /// </summary>
    public int FailedSignInsPerMinute { get; set; } = 30;

    /// <summary>Answer questions only.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>
    /// Host names under which we are reached, parted by commas; <c>*</c> for any, empty for what the door thinks right.
    /// </summary>
    public string Hosts { get; set; } = "";

    public bool AsksForPassword => Authentication is AuthenticationMethod.Basic or AuthenticationMethod.Multi;

    internal string[] PowerUserList => Parts(PowerUsers);

    internal string[] OperatorList => Parts(Operators);

    /// <summary>
    /// Every problem at once, each naming the setting and what would be right; none shows the password.
    /// </summary>
    public ImmutableArray<string> Problems() => [.. OfPassword(), .. OfRoles(), .. OfOthers()];

    /// <summary>The same for another address, which is reached by other names.</summary>
    /// <param name="hosts">Instead of <see cref="Hosts"/>.</param>
    public ApiOptions ReachedAs(string hosts)
    {
        var other = (ApiOptions)MemberwiseClone();
        other.Hosts = hosts;
        return other;
    }

    /// <summary>
    /// A page of another site can give its own name our address (DNS rebinding); the browser then still says the name
    /// it asked for.
    /// </summary>
    internal bool IsReachedAs(string host)
    {
        var names = Parts(Hosts);
        return names.Length == 0 || names.Contains("*")
            || names.Any(n => Bare(n).Equals(Bare(host), StringComparison.OrdinalIgnoreCase));
    }

    private IEnumerable<string> OfPassword()
    {
        if (AsksForPassword && User.Length == 0)
            yield return $"{Section}:User is empty: expected the user who signs in with "
                + $"Api:Authentication {Authentication}";
        if (AsksForPassword && Password.Length == 0)
            yield return $"{Section}:Password is empty: expected the password of Api:User, "
                + $"as Api:Authentication is {Authentication}";
        if (!AsksForPassword && Password.Length > 0)
            yield return $"{Section}:Password is set although nobody is asked for it: "
                + $"expected Api:Authentication Basic or Multi, not {Authentication}";
        if (User.Contains(':', StringComparison.Ordinal) || User.Any(char.IsControl))
            yield return $"{Section}:User '{User}': expected a name without ':' and control characters, "
                + "which HTTP Basic cannot carry";
        if (Password.Any(char.IsControl))
            yield return $"{Section}:Password: expected one without control characters, which HTTP Basic cannot carry; "
                + "a line break at its end is one";
        var isMulti = Authentication == AuthenticationMethod.Multi;
        if (isMulti && User.Equals(Caller.OnlyReads, StringComparison.OrdinalIgnoreCase))
            yield return $"{Section}:User '{User}': expected another name, "
                + "as with Api:Authentication Multi this one reads with any password";
    }

    private IEnumerable<string> OfRoles()
    {
        const string nameless = "expected * or nothing, as with Api:Authentication None nobody has a name";
        var isNameless = Authentication == AuthenticationMethod.None;
        if (isNameless && PowerUserList.Any(u => u != "*"))
            yield return $"{Section}:PowerUsers '{PowerUsers}': {nameless}";
        if (isNameless && OperatorList.Any(u => u != "*"))
            yield return $"{Section}:Operators '{Operators}': {nameless}";
        else if (OperatorList.Length > 0 && PowerUserList.Contains("*"))
            yield return $"{Section}:Operators '{Operators}': expected nothing, or users in {Section}:PowerUsers, "
                + $"as {Section}:PowerUsers * lets everybody do everything";
        if (ActsPerMinute is < 0 or > MostPerMinute)
            yield return $"{Section}:ActsPerMinute '{ActsPerMinute}': {RightNumber}";
        if (FailedSignInsPerMinute is < 0 or > MostPerMinute)
            yield return $"{Section}:FailedSignInsPerMinute '{FailedSignInsPerMinute}': {RightNumber}";
    }

    private IEnumerable<string> OfOthers()
    {
        if (!Enum.IsDefined(Authentication))
            yield return $"{Section}:Authentication '{Authentication}': "
                + $"expected one of {string.Join(", ", Enum.GetNames<AuthenticationMethod>())}";
        if (UserHeader.Length == 0 || UserHeader.AsSpan().ContainsAnyExcept(OfToken))
            yield return $"{Section}:UserHeader '{UserHeader}': expected the name of a header";
        foreach (var name in Parts(Hosts).Where(n => n != "*" && Uri.CheckHostName(n) == UriHostNameType.Unknown))
            yield return $"{Section}:Hosts '{name}': expected host names or addresses without scheme and port, "
                + "parted by commas, or *";
    }

    private static string[] Parts(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>An IPv6 address may stand in brackets.</summary>
    private static string Bare(string host) => host.Trim('[', ']');
}
