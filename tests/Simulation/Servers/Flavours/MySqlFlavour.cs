using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Simulation.Servers.Flavours;

/// <summary>
/// MySQL 8.4: GTID sets of server_uuid and number. Manual: "GTID Format and Storage", "GTID Auto-Positioning",
/// "Server System Variables".
/// </summary>
public sealed class MySqlFlavour(ModelServer server) : Flavour
{
    private const string Replication = "REPLICATION_SLAVE_ADMIN", Variables = "SYSTEM_VARIABLES_ADMIN", Reload = "RELOAD";

    private static readonly ServerVersion Newest = ServerVersion.Parse("8.4.13");

    private static readonly MissingPrivileges[] Lacking =
    [
        new(Replication, ""), new("", Reload), new("", Variables), new(Replication, $"{Variables}, {Reload}"),
    ];

    public override ServerVersion Version => Newest;
    public override string? Uuid => Sighting.UuidText(server.Index);
    public override string? Installation => null;
    public override GtidPosition Executed => server.Executed.Gtids();
    public override GtidPosition? Purged => server.Purged.Gtids();
    public override GtidPosition Received => server.Replica.Received.Gtids();
    public override GtidPosition? ReceivedElsewhere => null;
    public override bool TellsSilence => true;
    public override bool HasApplied(GtidPosition position) => server.Executed.Gtids().Contains(position);

    /// <summary>Each server numbers its own.</summary>
    public override long NextSequence(int domain) => 0;

    public override bool Receives(Transaction one) => !server.Executed.Has(one) && !server.Replica.Received.Has(one);

    public override IHoldings Announce()
    {
        var has = server.Executed.Copy();
        foreach (var one in server.Replica.Unapplied) has.Add(one);
        return has;
    }

    // 1236: the source has purged what is missing, or the replica has more of the source's own than the source itself.
    public override int FollowsItself => 13117; // equal server UUIDs

    public override int WhyNot(ModelServer replica, IHoldings has)
    {
        if (!server.Purged.IsEmpty && server.BinaryLog.Exists(one => server.Purged.Has(one) && !has.Has(one))) return 1236;
        bool IsLacking(Transaction one) => one.Origin == server.Index && !server.Logged.Has(one);
        return replica.Replica.Unapplied.Any(IsLacking) || replica.BinaryLog.Exists(IsLacking) ? 1236 : 0;
    }

    public override bool ForgetsWhileBothStandStill => false;
    public override bool KeepsRelayLogAtStart => !server.Shape.RelayLogRecovery;
    public override bool HasSuperReadOnly => true;
    public override bool LetsWrite(Author by) => server.AcceptsWrites;
    public override bool HasOfflineMode => true;
    public override bool KillCutsOffAtOnce => true;
    public override bool CountsAcknowledgements => true;

    /// <summary>While it connects (measured on 9.7.4).</summary>
    public override bool StopsLate => server.Replica.Receiver == ReplicationThread.Connecting;

    public override string ErrorOfRunningReplication => "This operation cannot be performed with a running replica (3021, 3081)";

    public override string PrivilegeFor(Statement statement) => statement switch
    {
        Statement.ResetAll => Reload,
        Statement.OfChannel or Statement.RestartReceiver => Replication,
        Statement.Close or Statement.Open or Statement.SemiSync => Variables,
        _ => "",
    };

    public override MissingPrivileges[] MayLack => Lacking;
}
