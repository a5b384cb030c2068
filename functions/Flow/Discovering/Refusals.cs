using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>Why a server cannot be managed, each in one line naming the server and what would be right.</summary>
public static class Refusals
{
    /// <summary>Null when nothing stands against it.</summary>
    public static string? Of(InstanceKey key, ProbeOutcome outcome) => outcome switch
    {
        ProbeOutcome.Failed failed => $"{key}: {failed.Says}; {OfError(failed.ErrorCode) ?? Advice(failed.Kind)}",
        ProbeOutcome.Partly partly => $"{key}: did not answer {string.Join("; ", partly.Missing)}; mend what its error "
            + "names: a setting, a table, or a privilege of MySql:User (docs/operations.md, Privileges)",
        _ when outcome.Sighted is { BinaryLog.Enabled: false } => $"{key}: has no binary log; "
            + "start the server with log_bin, or name a server of the cluster that has one",
        _ when outcome.Sighted is { Gtid.Enabled: false } => $"{key}: does not use GTIDs; "
            + "set gtid_mode=ON and enforce_gtid_consistency=ON on every server of the cluster",
        _ => null,
    };

    // Where the server's own number says more than that the account is refused.
    private static string? OfError(int error) => error switch
    {
        1820 or 1862 => "its password has expired: ALTER USER ... IDENTIFIED BY, then MySql:Password",
        3159 => "the server takes accounts over TLS only: MySql:SslMode=Preferred or stricter",
        2061 => "its password is sent over TLS only: MySql:SslMode=Preferred or stricter",
        3118 or 4151 => "unlock the account: ALTER USER ... ACCOUNT UNLOCK",
        1129 => "it blocks this host after failed connections: FLUSH HOSTS, or TRUNCATE performance_schema.host_cache",
        1130 => "make the account one that may connect from this host",
        1044 or 1142 or 1143 or 1227 => "grant MySql:User what docs/operations.md, Privileges, lists",
        1524 => "its plugin for authentication is not loaded on the server: load it, or give the account another one",
        1698 => "the account logs in by another way than a password; give MySql:User an account that uses one",
        1226 => "raise MAX_USER_CONNECTIONS of the account: docs/operations.md, Privileges, says how many are needed",
        _ => null,
    };

    private static string Advice(ProbeFailureKind kind) => kind switch
    {
        ProbeFailureKind.Refused => "check the host and the port, and that the server is running",
        ProbeFailureKind.NameNotFound => "check the host name, or use an address",
        ProbeFailureKind.AuthenticationDenied =>
            "check MySql:User and MySql:Password and from where that account may connect",
        ProbeFailureKind.TooManyConnections =>
            "raise max_connections, or give the account its own reserve (CONNECTION_ADMIN)",
        ProbeFailureKind.Tls => "check MySql:SslMode",
        ProbeFailureKind.NotAServer => "check the port: what answers there is not a MySQL or MariaDB server",
        ProbeFailureKind.Unsupported => "upgrade it, or take the setting 'version' out of its configuration",
        ProbeFailureKind.TimedOut or ProbeFailureKind.Unreachable =>
            "check the host, the port and the firewall between here and there",
        ProbeFailureKind.OwnError => "it is a mistake in this program, whose log has the details; please report it",
        _ => "try again, then look into the server's error log",
    };
}
