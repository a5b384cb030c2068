using System.Collections.Immutable;
using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.MySql.Settings;

/// <summary>How servers are reached, and what a new replica is told. Never printed with its passwords (S17).</summary>
public sealed record MySqlOptions
{
    /// <summary>The configuration section these settings stand in.</summary>
    public const string Section = "MySql";

    public const int DefaultFullProbeEvery = 5;

    /// <summary>Account that probes and carries out steps; its least privileges are in docs/operations.md.</summary>
    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>Account a server without a link is given to replicate with; empty when none is configured.</summary>
    public string ReplicationUser { get; init; } = "";

    public string ReplicationPassword { get; init; } = "";

    /// <summary>Whether a link that is made anew asks its source for TLS.</summary>
    public ReplicationTls ReplicationTls { get; init; } = ReplicationTls.AsSiblings;

    /// <summary>Preferred takes TLS where the server offers it; VerifyFull also checks the server's name.</summary>
    public MySqlSslMode SslMode { get; init; } = MySqlSslMode.Preferred;

    /// <summary>File with the authority that signed the servers' certificates; empty for the system's.</summary>
    public string CertificateAuthorityFile { get; init; } = "";

    /// <summary>Heartbeat a new link is given where no sibling's is known.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What hardly changes (named replicas, semi-sync, group) is asked with every so many probes of a server.
    /// </summary>
    public int FullProbeEvery { get; init; } = DefaultFullProbeEvery;

    /// <summary>A query whose first value names the server's data centre; empty to not ask.</summary>
    public string DataCenterQuery { get; init; } = "";

    /// <summary>A query whose first value names the server's region; empty to not ask.</summary>
    public string RegionQuery { get; init; } = "";

    public bool HasReplicationAccount => ReplicationUser.Length > 0;

    /// <summary>
    /// Every problem at once, each naming the setting and what would be right; empty when there is none.
    /// </summary>
    public ImmutableArray<string> Problems()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        if (string.IsNullOrWhiteSpace(User))
            problems.Add("MySql:User is empty: name the account that probes the servers");
        if (ReplicationUser.Length == 0 && ReplicationPassword.Length > 0)
            problems.Add("MySql:ReplicationPassword is set without MySql:ReplicationUser: "
                + "name the account it belongs to, or drop it");
        if (!Enum.IsDefined(SslMode))
            problems.Add("MySql:SslMode is unknown: write None, Preferred, Required, VerifyCA or VerifyFull");
        if (!Enum.IsDefined(ReplicationTls))
            problems.Add("MySql:ReplicationTls is unknown: write AsSiblings, Required or Off");
        if (CertificateAuthorityFile.Length > 0 && !File.Exists(CertificateAuthorityFile))
            problems.Add($"MySql:CertificateAuthorityFile '{CertificateAuthorityFile}' is no file: "
                + "name a PEM file, or leave it empty");
        if (HeartbeatInterval < TimeSpan.FromMilliseconds(100) || HeartbeatInterval > TimeSpan.FromMinutes(1))
            problems.Add($"MySql:HeartbeatInterval is {HeartbeatInterval}: write 00:00:00.100 to 00:01:00");
        if (FullProbeEvery is < 1 or > 1000) problems.Add($"MySql:FullProbeEvery is {FullProbeEvery}: write 1 to 1000");
        foreach (var (name, query) in new[] { ("DataCenterQuery", DataCenterQuery), ("RegionQuery", RegionQuery) })
            if (query.Contains(';', StringComparison.Ordinal))
                problems.Add($"MySql:{name} contains ';': write one SELECT without it");
        return problems.ToImmutable();
    }

    /// <summary>
    /// What contradicts the rules of recovery: nobody is kept out while nobody asks where servers stand.
    /// </summary>
    public IEnumerable<string> ProblemsWith(RecoveryOptions recovery)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        if (recovery.SameDataCenterOnly && DataCenterQuery.Length == 0)
            yield return NobodyAsks("SameDataCenterOnly", "DataCenterQuery");
        if (recovery.SameRegionOnly && RegionQuery.Length == 0)
            yield return NobodyAsks("SameRegionOnly", "RegionQuery");
    }

    private static string NobodyAsks(string rule, string query) =>
        $"{RecoveryOptions.Section}:{rule} is true and {Section}:{query} is empty, so nobody knows where a server "
        + $"stands and nothing would be kept out: write a SELECT into {Section}:{query}, "
        + $"or set {RecoveryOptions.Section}:{rule} to false";

    /// <summary>Without the passwords.</summary>
    public override string ToString() =>
        $"MySqlOptions {{ User = {User}, ReplicationUser = {ReplicationUser}, SslMode = {SslMode}, "
        + $"CertificateAuthorityFile = {CertificateAuthorityFile}, FullProbeEvery = {FullProbeEvery} }}";

    /// <summary>
    /// One connection of our own, never pooled. Timeouts are whole seconds to MySqlConnector; the caller's own wait is
    /// finer.
    /// </summary>
    internal string ConnectionString(InstanceKey key, TimeSpan connectTimeout, string schema = "") =>
        new MySqlConnectionStringBuilder
    {
        Server = key.Host,
        Port = (uint)key.Port,
        UserID = User,
        Password = Password,
        Database = schema,
        SslMode = SslMode,
        SslCa = CertificateAuthorityFile,
        AllowPublicKeyRetrieval = SslMode is MySqlSslMode.None or MySqlSslMode.Preferred,
        Pooling = false,
        AllowUserVariables = true,
        AllowZeroDateTime = true,
        ConnectionTimeout = (uint)Math.Clamp(Math.Ceiling(connectTimeout.TotalSeconds), 1, 3600),
        DefaultCommandTimeout = 0,
        CancellationTimeout = -1,
        Keepalive = 10,
        UseCompression = false,
        ApplicationName = "orchestrator-functions",
    }.ConnectionString;
}
