using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>Who may call, and TLS in front.</summary>
internal static class AccessKeys
{
    private const string Method = "AuthenticationMethod", Authentication = "Api:Authentication";
    private const string User = "Api:User", Header = "Api:UserHeader", PowerUsers = "Api:PowerUsers";
    private const string ReadOnly = "Api:ReadOnly";
    private const string OnlyProxy = "counts with AuthenticationMethod proxy only";
    private const string NoPassword = "nobody is asked for a password with this AuthenticationMethod";
    private const string Unused = "orchestrator itself does not use it";

    private const string Tls =
        "TLS ends in a proxy in front of the program, which listens without it: set up the proxy there, and let "
        + "nobody else reach the program";

    private const string TlsParts = "TLS ends in a proxy in front of the program, so it belongs there";

    public static IEnumerable<OldKey> All =>
    [
        Row(
            "ReadOnly", ValueShape.Switch, v => v.IsOn ? v.Maps(ReadOnly, true) : v.Line(ImportGroup.Dropped, Idle),
            ReadOnly) with { Otherwise = WithoutReadOnly },
        new(Method, ValueShape.Text, v => [OfMethod(v)])
        {
            Settings = [Authentication], Otherwise = WithoutMethod,
        },
        Row("HTTPAuthUser", ValueShape.Text, OfUser, User) with { Otherwise = WithoutUser },
        Secret("HTTPAuthPassword", "Api:Password", c => AsksForPassword(c) ? null : NoPassword),
        Row("AuthUserHeader", ValueShape.Text, OfHeader, Header) with { Otherwise = WithoutHeader },
        Row("PowerAuthUsers", ValueShape.List, OfPowerUsers, PowerUsers)
            with { Otherwise = WithoutPowerUsers },
        Asks(
            "PowerAuthGroups", ValueShape.List,
            "groups are not known: name their users in Api:PowerUsers, or in Api:Operators those who need not fail over"),
        .. Dropped(
            "a token is not exchanged for a cookie here, and create-token says how long each is good",
            "AccessTokenUseExpirySeconds", "AccessTokenExpiryMinutes"),
        .. Dropped(Unused, "OAuthClientId", "OAuthScopes"),
        .. Dropped(Unused, "OAuthClientSecret").Select(k => k with { IsSecret = true }),
        Asks("UseSSL", ValueShape.Switch, Tls),
        Asks("UseMutualTLS", ValueShape.Switch, Tls + "; it can ask for client certificates too"),
        .. Dropped(
            TlsParts, "SSLSkipVerify", "SSLPrivateKeyFile", "SSLCertFile", "SSLCAFile", "SSLValidOUs",
            "StatusOUVerify"),
    ];

    private static string MethodOf(OldConfig config) => config.Text(Method).ToUpperInvariant();

    private static bool AsksForPassword(OldConfig config) => MethodOf(config) is "BASIC" or "MULTI";

    private static bool IsProxy(OldConfig config) => MethodOf(config) is "PROXY";

    private static ImportLine OfMethod(OldValue value) => MethodOf(value.Config) switch
    {
        "" => value.Maps(Authentication, "None", "whoever reaches the program is let in, as before"),
        "BASIC" => value.Maps(Authentication, "Basic"),
        "MULTI" => value.Maps(Authentication, "Multi"),
        "PROXY" => value.Changes(Authentication, "Proxy", "a request in which the proxy names nobody is not let in"),
        "TOKEN" or "OAUTH" => value.Line(
            ImportGroup.NeedsYou, "is not there: choose Basic, Multi or Proxy (Api:Authentication); programs sign in with "
            + "tokens beside each of them (orchestrator create-token)"),
        _ => value.Line(
            ImportGroup.NotUnderstood, "is no method of orchestrator's; choose None, Basic, Multi or Proxy "
            + "(Api:Authentication)"),
    };

    // Whoever would have been asked who they are must not be let in to act instead.
    private static ImportLine? WithoutMethod(OldConfig config) => !config.Has(Method)
        ? null
        : new(Method, ImportGroup.Changes, "until it is chosen who is let in, nobody may act over HTTP")
        {
            Settings = [new(ReadOnly, true)],
        };

    private static ImportLine? WithoutReadOnly(OldConfig config) =>
        !config.Has("ReadOnly") || config.IsOn("ReadOnly") || config.IsOff("ReadOnly")
            ? null
            : new("ReadOnly", ImportGroup.Changes, "until it is clear what is meant, nobody may act over HTTP")
            {
                Settings = [new(ReadOnly, true)],
            };

    private static ImportLine? WithoutPowerUsers(OldConfig config) => !IsProxy(config) || !config.Has("PowerAuthUsers")
        ? null
        : new("PowerAuthUsers", ImportGroup.Changes, "until it is clear who is meant, nobody may act over HTTP")
        {
            Settings = [new(PowerUsers, "")],
        };

    private static ImportLine OfUser(OldValue value) =>
        value.IsIdle ? Nothing(value)
        : AsksForPassword(value.Config) ? value.Maps(User, value.Text)
        : value.Line(ImportGroup.Dropped, NoPassword);

    private static ImportLine? WithoutUser(OldConfig config) =>
        AsksForPassword(config) && config.Text("HTTPAuthUser").Length == 0
        ? new("HTTPAuthUser", ImportGroup.NeedsYou,
            "names nobody: orchestrator lets everybody in then, the program does not start before Api:User and "
            + "Api:Password are set")
        : null;

    private static ImportLine OfHeader(OldValue value) =>
        value.IsIdle ? Nothing(value)
        : IsProxy(value.Config) ? value.Maps(Header, value.Text)
        : value.Line(ImportGroup.Dropped, OnlyProxy);

    // Ours would be read instead, which this proxy may let callers set.
    private static ImportLine? WithoutHeader(OldConfig config)
    {
        if (!IsProxy(config)) return null;
        return config.Has("AuthUserHeader")
            ? new("AuthUserHeader", ImportGroup.Changes, "until it is clear which header names users, nobody may act "
                + "over HTTP: set Api:UserHeader, and take Api:ReadOnly out")
            {
                Settings = [new(ReadOnly, true)],
            }
            : new("AuthUserHeader", ImportGroup.Maps, "is not in the file; this is what orchestrator reads then")
            {
                Settings = [new(Header, "X-Forwarded-User")],
            };
    }

    private static ImportLine OfPowerUsers(OldValue value)
    {
        if (!IsProxy(value.Config)) return value.Line(ImportGroup.Dropped, OnlyProxy);
        return value.List.Any(u => u.Contains(',', StringComparison.Ordinal))
            ? value.Line(ImportGroup.NotUnderstood, "a name holds a comma; expected names without one")
            : value.Maps(PowerUsers, string.Join(", ", value.List));
    }
}
