using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.MySql.Dialects;

/// <summary>
/// What a server understands, by name. The only place of this room that looks at version numbers; statements that are
/// told to people and never sent know them too (Core/Examining).
/// </summary>
public sealed record ServerFeatures
{
    private readonly ServerVersion version;

    private ServerFeatures(ServerVersion version) => this.version = version;

    public static ServerFeatures Of(ServerVersion version) => new(version);

    /// <summary>The version as the server told it, for people.</summary>
    public string Version => version.Text;

    /// <summary>MariaDB has its own replication words, GTIDs and read-only rules.</summary>
    public bool IsMariaDb => version.IsMariaDb;

    /// <summary>
    /// REPLICA instead of SLAVE in SHOW, START, STOP and RESET; since 8.0.22. Manual: "SHOW REPLICA STATUS Statement".
    /// </summary>
    public bool SaysReplica => MySqlSince(8, 0, 22);

    /// <summary>
    /// CHANGE REPLICATION SOURCE TO with SOURCE_ options; since 8.0.23. Manual: "CHANGE REPLICATION SOURCE TO
    /// Statement".
    /// </summary>
    public bool ChangesReplicationSource => MySqlSince(8, 0, 23);

    /// <summary>
    /// SHOW BINARY LOG STATUS; since 8.2.0, alone since 8.4.0. Manual: "SHOW BINARY LOG STATUS Statement".
    /// </summary>
    public bool SaysBinaryLogStatus => MySqlSince(8, 2, 0);

    /// <summary>
    /// RESET BINARY LOGS AND GTIDS in place of RESET MASTER; since 8.2.0, alone since 8.4.0. Manual: "RESET BINARY LOGS
    /// AND GTIDS Statement".
    /// </summary>
    public bool ResetsBinaryLogsAndGtids => MySqlSince(8, 2, 0);

    /// <summary>log_replica_updates; since 8.0.26. Manual: "Binary Logging Options and Variables".</summary>
    public bool SaysLogReplicaUpdates => MySqlSince(8, 0, 26);

    /// <summary>
    /// super_read_only, which blocks privileged accounts too; since 5.7.8. Manual: "Server System Variables".
    /// </summary>
    public bool HasSuperReadOnly => MySqlSince(5, 7, 8);

    /// <summary>
    /// offline_mode, which disconnects ordinary accounts at once; since 5.7.5. Manual: "Server System Variables".
    /// </summary>
    public bool HasOfflineMode => MySqlSince(5, 7, 5);

    /// <summary>
    /// Semi-sync plugins may be named source and replica; since 8.0.26, alone since 9.0. Manual: "Installing
    /// Semisynchronous Replication".
    /// </summary>
    public bool NamesSemiSyncSource => MySqlSince(8, 0, 26);

    /// <summary>
    /// rpl_semi_sync_*_wait_for_*_count; since 5.7.3. Manual: "Semisynchronous Source Options and Variables".
    /// </summary>
    public bool CountsSemiSyncAcknowledgements => MySqlSince(5, 7, 3);

    /// <summary>
    /// When the last transaction was queued, and answers while performance_schema is off; since 8.0.1.
    /// Manual: "The replication_connection_status Table".
    /// </summary>
    public bool TimesReceivedTransactions => MySqlSince(8, 0, 1);

    /// <summary>
    /// Where a setting came from, be it since the start or by a statement; MySQL since 8.0, MariaDB since 10.1.
    /// Manuals: "The variables_info Table", "Information Schema SYSTEM_VARIABLES Table".
    /// </summary>
    public bool TellsOriginOfSettings => MySqlSince(8, 0, 11) || (IsMariaDb && version.AtLeast(10, 1, 1));

    /// <summary>
    /// MEMBER_ROLE of a replication group; since 8.0.2. Manual: "The replication_group_members Table".
    /// </summary>
    public bool NamesGroupRoles => MySqlSince(8, 0, 2);

    /// <summary>
    /// caching_sha2_password is the default and its RSA key can be asked of the source; since 8.0.4. Manual: "CHANGE
    /// REPLICATION SOURCE TO Statement".
    /// </summary>
    public bool GetsSourcePublicKey => MySqlSince(8, 0, 4);

    /// <summary>
    /// Privileges of their own for what SUPER was needed for; MySQL since 8.0, MariaDB since 10.5.2. Manuals: "Static
    /// Versus Dynamic Privileges"; MariaDB: "GRANT".
    /// </summary>
    public bool SplitsSuper => MySqlSince(8, 0, 11) || (IsMariaDb && version.AtLeast(10, 5, 2));

    /// <summary>
    /// SET_ANY_DEFINER, in place of SET_USER_ID; since 8.2.0. Manual: "Privileges Provided by MySQL".
    /// </summary>
    public bool HasAnyDefiner => MySqlSince(8, 2, 0);

    /// <summary>SUPER still holds those privileges; on MariaDB until 10.11. MariaDB: "GRANT", "SUPER".</summary>
    public bool SuperHoldsAll => !IsMariaDb || !version.AtLeast(10, 11, 0);

    /// <summary>
    /// require_secure_transport, which turns away clients without TLS; MySQL since 5.7.8, MariaDB since 10.5.2.
    /// Manuals: "Server System Variables", "SSL/TLS System Variables".
    /// </summary>
    public bool CanRequireTls => MySqlSince(5, 7, 8) || (IsMariaDb && version.AtLeast(10, 5, 2));

    /// <summary>
    /// Number of attempts a receiver makes can be set; since 5.6. Manual: "CHANGE REPLICATION SOURCE TO Statement".
    /// </summary>
    public bool SetsRetryCount => !IsMariaDb;

    /// <summary>
    /// server_uuid and GTIDs as sets of it; since 5.6. Manual: "Replication and Binary Logging Options and Variables".
    /// </summary>
    public bool HasServerUuid => !IsMariaDb;

    /// <summary>
    /// KILL closes the client's socket before it returns, so a commit released afterwards acknowledges nothing (seen on
    /// 9.7.4; on MariaDB 10.11.18 writes were acknowledged while their clients were being killed, in one run of three).
    /// Manual: "KILL Statement".
    /// </summary>
    public bool KillCutsOffAtOnce => !IsMariaDb;

    /// <summary>
    /// The address of a link can be changed while its applier runs, and its relay log is kept then. MySQL, in the
    /// manual since 5.7.4; done since 8.0, whose appliers have several workers by default from 8.0.27 on and wait for
    /// the rest of a transaction before they stop. Manual: "CHANGE REPLICATION SOURCE TO Statement".
    /// </summary>
    public bool KeepsRelayLogs => MySqlSince(8, 0, 11);

    private bool MySqlSince(int major, int minor, int patch) => !IsMariaDb && version.AtLeast(major, minor, patch);
}
