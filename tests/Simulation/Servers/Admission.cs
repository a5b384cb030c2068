using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>
/// Whom a server turns away, and what it refuses to our account. Manual: "Server System Variables" (offline_mode),
/// "Privileges Provided by MySQL", "RESET REPLICA Statement" (RELOAD).
/// </summary>
public sealed class Admission(ModelServer server)
{
    public const string ReplicationUser = "repl";

    private const int AccessDenied = 1045, ServerIsOffline = 3032;

    /// <summary>Since when offline_mode is on; long.MaxValue while it is off.</summary>
    public long OfflineSince { get; private set; } = long.MaxValue;

    public bool IsOffline => OfflineSince != long.MaxValue;

    /// <summary>Replicas can log in with the account that they are told to use.</summary>
    public bool HasReplicationAccount { get; private set; } = true;

    /// <summary>Since when they can.</summary>
    public long HasAccountSince { get; private set; } = -Ticks.Of(3600);

    /// <summary>Our account may look that up (mysql.user).</summary>
    public bool TellsAccounts { get; set; }

    /// <summary>What our account lacks there.</summary>
    public MissingPrivileges Missing { get; private set; } = MissingPrivileges.None;

    /// <summary>When it was given the last privilege that it lacked.</summary>
    public long GrantedAt { get; private set; } = -Ticks.Of(3600);

    /// <summary>SHOW GRANTS tells it.</summary>
    public bool TellsRights { get; set; }

    /// <summary>Nobody is turned away, and our account may do everything.</summary>
    public bool IsWhole => !IsOffline && HasReplicationAccount && Missing == MissingPrivileges.None;

    /// <summary>What a receiver is answered that logs in; 0 when it is let in. It tries again after every one.</summary>
    public int LoginError => IsOffline ? ServerIsOffline : HasReplicationAccount ? 0 : AccessDenied;

    /// <summary>As a probe sees it.</summary>
    public ReplicationAccount? Account => TellsAccounts ? new(ReplicationUser, HasReplicationAccount, IsLocked: false) : null;

    /// <summary>
    /// SET GLOBAL offline_mode: clients and replicas are thrown out, and let in again when it is off. Our account stays
    /// (CONNECTION_ADMIN), and so do its own receiver and applier.
    /// </summary>
    public void SetOffline(bool on)
    {
        if (!server.IsRunning || on == IsOffline) return;
        OfflineSince = on ? server.World.Now : long.MaxValue;
        server.World.Play?.Say(server.Name, on ? "is set offline" : "is online again");
        if (!on) return;
        server.Source.DropClients();
        server.Source.DropReplicas(isTold: true);
    }

    public void SetAccount(bool has) =>
        (HasReplicationAccount, HasAccountSince) = (has, has ? server.World.Now : long.MaxValue);

    public void Revoke(MissingPrivileges missing) => Missing = missing;

    public void Grant() => (Missing, GrantedAt) = (MissingPrivileges.None, server.World.Now);

    /// <summary>SET GLOBAL is not kept.</summary>
    public void Restarted() => OfflineSince = long.MaxValue;

    /// <summary>Why a statement of our account is refused; empty when it is not (1227: one needs the privilege for it).</summary>
    public string WhyNot(Statement statement)
    {
        var needed = server.Flavour.PrivilegeFor(statement);
        var isLacking = needed.Length > 0 && Missing.All.Contains(needed, StringComparison.Ordinal);
        return isLacking ? $"Access denied; you need (at least one of) the {needed} privilege(s) (1227)" : "";
    }
}
