using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Simulation.Servers.Flavours;

/// <summary>
/// MariaDB 10.11 with gtid_strict_mode: a GTID is domain, server_id and a number that goes on from the highest one the
/// server has seen in the domain, so two servers that part write the same numbers. A position names the last transaction
/// of each domain. Manual: "Global Transaction ID", "gtid_strict_mode", "Read-Only Replicas", "Semisynchronous
/// Replication"; each rule is shown by a test that the README names.
/// </summary>
public sealed class MariaDbFlavour(ModelServer server) : Flavour
{
    /// <summary>The position that is asked for is not in the source's binary log.</summary>
    private const int NotInTheLog = 1236;

    /// <summary>gtid_strict_mode: a number that is not above what the domain has here already.</summary>
    private const int OutOfOrder = 1950;

    private const string Replication = "REPLICATION SLAVE ADMIN", ReadOnly = "READ_ONLY ADMIN", Reload = "RELOAD",
        SemiSync = "REPLICATION MASTER ADMIN";

    private static readonly ServerVersion Newest = ServerVersion.Parse("10.11.18-MariaDB");

    private static readonly MissingPrivileges[] Lacking =
    [
        new(Replication, ""), new("", Reload), new("", ReadOnly), new(Replication, $"{ReadOnly}, {Reload}"),
    ];

    private readonly BinaryLogState state = new();
    private DomainPosition replicated = new(), received = new();
    private bool beginsAtCurrent;
    private MariaDbGtidSet? elsewhere;

    public override ServerVersion Version => Newest;
    public override string? Uuid => null;
    public override string? Installation { get; } = $"{server.Name}:{server.Key.Port} /var/lib/mysql/";

    /// <summary>gtid_binlog_state, which lists commits that wait too; without a log of what was replicated gtid_current_pos.</summary>
    public override GtidPosition Executed => server.Shape.LogsReplicaUpdates ? state.Gtids : Current().Gtids;

    public override GtidPosition? Purged => null;

    /// <summary>Gtid_IO_Pos.</summary>
    public override GtidPosition Received => received.Gtids;

    public override GtidPosition? ReceivedElsewhere => elsewhere ??= replicated.Gtids;

    public override bool TellsSilence => false;

    /// <summary>MASTER_GTID_WAIT: what it wrote itself does not count.</summary>
    public override bool HasApplied(GtidPosition position) => replicated.Reaches((MariaDbGtidSet)position);

    public override long NextSequence(int domain) => Math.Max(state.Highest(domain), replicated.Of(domain)?.Sequence ?? 0) + 1;

    public override void Logged(Transaction one) => state.Add(one);

    public override void Replicated(Transaction one)
    {
        replicated.Take(one);
        if (one.Events is { } events) server.Events = server.Events?.With(events, EventState.ReplicaSide);
    }

    // What it wrote itself it ignores, unless it acknowledges and lacks it.
    public override bool Receives(Transaction one)
    {
        received.Take(one);
        return one.Origin != server.Index || (server.Replica.Acknowledges && one.Sequence > state.Highest(one.Domain));
    }

    public override int WhyNotApply(Transaction one) =>
        server.Shape.LogsReplicaUpdates && one.Sequence <= state.Highest(one.Domain) ? OutOfOrder : 0;

    public override IHoldings Announce() => received.Copy();

    public override int FollowsItself => 1593; // equal server ids

    public override int WhyNot(ModelServer replica, IHoldings has)
    {
        if (!server.Purged.IsEmpty && server.BinaryLog.Exists(one => server.Purged.Has(one) && !has.Has(one))) return NotInTheLog;
        return ((DomainPosition)has).Entries.Any(IsUnknown) ? NotInTheLog : 0;
    }

    // A domain of which it has nothing is let pass; so is where it stands itself.
    private bool IsUnknown(Transaction at) =>
        !server.Logged.Has(at) && state.Highest(at.Domain) > 0 && replicated.Of(at.Domain) != at;

    public override bool BeginsAtCurrentPosition { set => beginsAtCurrent = value; }

    public override bool BeginAtOwnLog()
    {
        if (server.Replica is { Source: not null } and not { Receiver: ReplicationThread.Stopped, Applier: ReplicationThread.Stopped }) return false;
        replicated = state.Position.Copy();
        return true;
    }

    // The relay log is deleted, and fetched again from behind what is executed.
    public override void BothStoodStill()
    {
        server.Replica.LoseRelayLog();
        received = (beginsAtCurrent ? Current() : replicated).Copy();
    }

    public override bool ForgetsWhileBothStandStill => true;
    public override bool KeepsRelayLogAtStart => false;
    public override bool HasSuperReadOnly => false;

    /// <summary>read_only is no wall for accounts with the privilege READ_ONLY ADMIN.</summary>
    public override bool LetsWrite(Author by) => server.AcceptsWrites || (by != Author.Client && server.IsUp);

    public override bool HasOfflineMode => false;
    public override bool KillCutsOffAtOnce => false;
    public override bool CountsAcknowledgements => false;

    /// <summary>One that acknowledges tells its source to end their connection (measured on 10.11.18).</summary>
    public override bool StopsLate => server.Replica.Acknowledges;

    public override string ErrorOfRunningReplication => "This operation cannot be performed as you have a running replication thread (1198)";

    public override string PrivilegeFor(Statement statement) => statement switch
    {
        Statement.ResetAll => Reload,
        Statement.OfChannel or Statement.RestartReceiver or Statement.BeginAtOwnLog => Replication,
        Statement.Close or Statement.Open => ReadOnly,
        Statement.SemiSync => SemiSync,
        _ => "",
    };

    public override MissingPrivileges[] MayLack => Lacking;

    // gtid_current_pos: the last one that was replicated, or the last one of its own where that is later.
    private DomainPosition Current()
    {
        var all = replicated.Copy();
        foreach (var one in state.Position.Entries.Where(e => e.Origin == server.Index && e.Sequence > (replicated.Of(e.Domain)?.Sequence ?? 0)))
            all.Take(one);
        return all;
    }
}
