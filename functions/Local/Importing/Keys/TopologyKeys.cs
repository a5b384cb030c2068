using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>How the servers are reached.</summary>
internal static class TopologyKeys
{
    private const string User = "MySql:User", Password = "MySql:Password", SslMode = "MySql:SslMode";
    private const string InFile = "MySQLTopologyCredentialsConfigFile names the account that counts";

    private const string Certificate =
        "the servers are not shown a certificate of ours yet; where an account requires one (REQUIRE X509), "
        + "make one that signs in with a password and REQUIRE SSL";

    private const string OwnLimits =
        "each part has a limit of its own: Watch:ProbeTimeout for looks, connecting included, Recovery:StepTimeout "
        + "for statements; longer ones would slow a failover down";

    private const string Postgres = "only MySQL and MariaDB are watched here";

    public static IEnumerable<OldKey> All =>
    [
        Row("ProviderType", ValueShape.Text, v => v.Text.ToUpperInvariant() is "" or "MYSQL"
            ? v.Line(ImportGroup.Maps, "MySQL and MariaDB, as always here")
            : v.Line(ImportGroup.NeedsYou, Postgres + ", so leave those servers to orchestrator")),
        .. Dropped(Postgres, "PostgreSQLTopologyUser", "PostgreSQLSSLMode"),
        .. Dropped(Postgres, "PostgreSQLTopologyPassword").Select(k => k with { IsSecret = true }),
        Row("MySQLTopologyUser", ValueShape.Text, OfUser, User) with { Otherwise = WithoutUser },
        Secret("MySQLTopologyPassword", Password, c => c.Credentials is { HasPassword: true } ? InFile : null),
        new("MySQLTopologyCredentialsConfigFile", ValueShape.Text, OfFile) { Settings = [User, Password] },
        Asks("MySQLTopologySSLPrivateKeyFile", ValueShape.Text, Certificate),
        Asks("MySQLTopologySSLCertFile", ValueShape.Text, Certificate),
        Same("MySQLTopologySSLCAFile", ValueShape.Text, "MySql:CertificateAuthorityFile"),
        Row("MySQLTopologySSLSkipVerify", ValueShape.Switch, OfSkip, SslMode),
        Row("MySQLTopologyUseMutualTLS", ValueShape.Switch, OfMutual, SslMode),
        Row("MySQLTopologyUseMixedTLS", ValueShape.Switch, OfMixed, SslMode),
        .. Dropped("whether a server takes TLS is seen at each connection", "TLSCacheTTLFactor"),
        .. Dropped(
            OwnLimits, "MySQLConnectTimeoutSeconds", "MySQLDiscoveryReadTimeoutSeconds",
            "MySQLTopologyReadTimeoutSeconds"),
        .. Dropped("a few sessions a server are held open as long as it is watched", "MySQLConnectionLifetimeSeconds"),
        Row("DefaultInstancePort", ValueShape.Number, OfPort),
        Asks(
            "ReplicationCredentialsQuery", ValueShape.Text,
            "nothing is asked for it: name the account with MySql:ReplicationUser, and its password in the environment "
            + $"as {ImportedSetting.VariableOf("MySql:ReplicationPassword")}; replication-account gives it to a server")
            with { Otherwise = WithoutReplication },
    ];

    private static ImportLine OfUser(OldValue value) =>
        value.Config.Credentials is { User.Length: > 0 } ? value.Line(ImportGroup.Dropped, InFile)
        : value.Text.Length > 0 ? value.Maps(User, value.Text)
        : Nothing(value);

    private static ImportLine? WithoutUser(OldConfig config) =>
        config.Credentials is { User.Length: > 0 } || config.Text("MySQLTopologyUser").Length > 0
            ? null
            : new("MySQLTopologyUser", ImportGroup.NeedsYou,
                "no account is named: set MySql:User to the one that probes the servers and carries out steps");

    private static ImportLine? WithoutReplication(OldConfig config) =>
        config.Text("ReplicationCredentialsQuery").Length > 0
            ? null
            : new("ReplicationCredentialsQuery", ImportGroup.NeedsYou,
                "orchestrator reads the replication account from the replicas; here a planned takeover needs "
                + "MySql:ReplicationUser, and its password in the environment as "
                + ImportedSetting.VariableOf("MySql:ReplicationPassword"));

    private static IEnumerable<ImportLine> OfFile(OldValue value)
    {
        if (value.Text.Length == 0) return [Nothing(value)];
        var (read, problem) = value.Config.CredentialsOrProblem;
        if (read is null)
            return [value.Line(ImportGroup.NeedsYou, $"'{value.Text}': {problem}; set its account by hand: "
                + $"MySql:User, and the password in the environment as {ImportedSetting.VariableOf(Password)}")];
        var user = read.User.Length > 0
            ? value.Maps(User, read.User, "as [client] in that file says")
            : value.Line(ImportGroup.Changes, "names no user below [client], so MySQLTopologyUser counts");
        var variable = ImportedSetting.VariableOf(Password);
        return !read.HasPassword ? [user] : [user, value.Line(ImportGroup.NeedsYou,
            $"such files are not read by the program: set {variable} in its environment to the password that stands "
            + "there; it is neither shown nor written") with { Variables = [variable] }];
    }

    private static ImportLine OfMutual(OldValue value)
    {
        if (!value.IsOn) return Nothing(value);
        return value.Config.IsOn("MySQLTopologySSLSkipVerify")
            ? value.Maps(SslMode, "Required", "TLS on every connection, certificates are not checked, as before")
            : value.Maps(SslMode, "VerifyFull", "TLS on every connection, certificate and host name are checked");
    }

    private static ImportLine OfMixed(OldValue value)
    {
        if (value.Config.IsOn("MySQLTopologyUseMutualTLS"))
            return value.Line(ImportGroup.Dropped, "MySQLTopologyUseMutualTLS asks for TLS everywhere");
        return value.IsOn
            ? value.Changes(SslMode, "Preferred", "TLS with every server that offers it, not only where required; "
                + "certificates are not checked, which VerifyCA or VerifyFull would do")
            : value.Maps(SslMode, "None", "no TLS, as before");
    }

    private static ImportLine OfSkip(OldValue value) => value.Config.IsOn("MySQLTopologyUseMutualTLS")
        ? value.Line(ImportGroup.Maps, "is part of MySql:SslMode")
        : value.Line(ImportGroup.Dropped, "without MySQLTopologyUseMutualTLS certificates are not checked here either");

    private static ImportLine OfPort(OldValue value) => value.Number == 3306
        ? value.Line(ImportGroup.Maps, "a server without a port has 3306 here too")
        : value.Line(ImportGroup.Changes,
            "a server without a port has 3306: give ports on command lines; the seeds above are written with theirs");
}
