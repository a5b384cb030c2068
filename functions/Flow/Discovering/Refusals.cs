using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>Why a server cannot be managed, each in one line naming the server and what would be right.</summary>
public static class Refusals
{
    /// <summary>Null when nothing stands against it.</summary>
    public static string? Of(InstanceKey key, ProbeOutcome outcome) => outcome switch
    {
        ProbeOutcome.Failed failed => $"{key}: {failed.Says}; {Advice(failed.Kind)}",
        ProbeOutcome.Partly partly => $"{key}: did not answer {string.Join("; ", partly.Missing)}; mend what its error names: a setting, a table, or a privilege of MySql:User (docs/operations.md, Privileges)",
        _ when outcome.Sighted is { BinaryLog.Enabled: false } => $"{key}: has no binary log; start the server with log_bin, or name a server of the cluster that has one",
        _ when outcome.Sighted is { Gtid.Enabled: false } => $"{key}: does not use GTIDs; set gtid_mode=ON and enforce_gtid_consistency=ON on every server of the cluster",
        _ => null,
    };

    private static string Advice(ProbeFailureKind kind) => kind switch
    {
        ProbeFailureKind.Refused => "check the host and the port, and that the server is running",
        ProbeFailureKind.NameNotFound => "check the host name, or use an address",
        ProbeFailureKind.AuthenticationDenied => "check MySql:User and MySql:Password and from where that account may connect",
        ProbeFailureKind.TooManyConnections => "raise max_connections, or give the account its own reserve (CONNECTION_ADMIN)",
        ProbeFailureKind.Tls => "check MySql:SslMode",
        ProbeFailureKind.NotAServer => "check the port: what answers there is not a MySQL or MariaDB server",
        ProbeFailureKind.Unsupported => "upgrade it, or take the setting 'version' out of its configuration",
        ProbeFailureKind.TimedOut or ProbeFailureKind.Unreachable => "check the host, the port and the firewall between here and there",
        _ => "try again, then look into the server's error log",
    };
}
