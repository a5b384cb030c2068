using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Simulation.Servers.Flavours;

/// <summary>
/// All that MySQL and MariaDB do otherwise, for one server: <see cref="MySqlFlavour"/> and <see cref="MariaDbFlavour"/>
/// answer the same questions. Whatever is not asked here they do alike.
/// </summary>
public abstract class Flavour
{
    public static Flavour Of(ModelServer server, ServerFlavor flavor) =>
        flavor == ServerFlavor.MariaDb ? new MariaDbFlavour(server) : new MySqlFlavour(server);

    // ---- What it is and has, as MySql/Probing maps it.

    public abstract ServerVersion Version { get; }

    /// <summary>server_uuid; null where there is none.</summary>
    public abstract string? Uuid { get; }

    /// <summary>Host name, port and data directory, where they tell servers apart.</summary>
    public abstract string? Installation { get; }

    public abstract GtidPosition Executed { get; }
    public abstract GtidPosition? Purged { get; }

    /// <summary>What its receiver got.</summary>
    public abstract GtidPosition Received { get; }

    /// <summary>The same of a connection from outside of the cluster; null when it is not told.</summary>
    public abstract GtidPosition? ReceivedElsewhere { get; }

    /// <summary>It tells how long ago a receiver heard its source that is not connected.</summary>
    public abstract bool TellsSilence { get; }

    /// <summary>What a wait for this position waits for is there.</summary>
    public abstract bool HasApplied(GtidPosition position);

    // ---- Positions: how transactions are numbered, what a receiver says when it connects and what a source answers.

    /// <summary>The number in its GTID that a transaction gets that is written here.</summary>
    public abstract long NextSequence(int domain);

    /// <summary>It stands in the binary log.</summary>
    public virtual void Logged(Transaction one) { }

    /// <summary>It came from a source, and the applier has executed it.</summary>
    public virtual void Replicated(Transaction one) { }

    /// <summary>It arrived from the source; false when it is not written to the relay log.</summary>
    public abstract bool Receives(Transaction one);

    /// <summary>The error with which the applier stops before it; 0 when it executes it.</summary>
    public virtual int WhyNotApply(Transaction one) => 0;

    /// <summary>As a replica: what it says that it has when it connects.</summary>
    public abstract IHoldings Announce();

    /// <summary>As a replica: the error when it finds itself at the address of its source.</summary>
    public abstract int FollowsItself { get; }

    /// <summary>As a source: the error with which it refuses who says that; 0 when it does not.</summary>
    public abstract int WhyNot(ModelServer replica, IHoldings has);

    /// <summary>CHANGE … TO begins where the server stands, its own transactions included.</summary>
    public virtual bool BeginsAtCurrentPosition { set { } }

    /// <summary>Lets its position be that of its own binary log; false when that is refused.</summary>
    public virtual bool BeginAtOwnLog() => true;

    // ---- The relay log.

    /// <summary>Replication starts while both of its threads stand still.</summary>
    public virtual void BothStoodStill() { }

    /// <summary>
    /// Nobody can stop the receiver of a replica whose applier stands still and let it keep what it has not applied.
    /// </summary>
    public abstract bool ForgetsWhileBothStandStill { get; }

    /// <summary>A restart keeps what is not applied.</summary>
    public abstract bool KeepsRelayLogAtStart { get; }

    // ---- Closing, semi-sync, rights.

    /// <summary>super_read_only: it stops everybody, and shows as soon as the server is being closed.</summary>
    public abstract bool HasSuperReadOnly { get; }

    /// <summary>It does not refuse a write of this author now.</summary>
    public abstract bool LetsWrite(Author by);

    /// <summary>offline_mode: a fence cuts clients off before it waits for their commits.</summary>
    public abstract bool HasOfflineMode { get; }

    /// <summary>A KILL ends a client's session before a commit of it can be acknowledged (MySql/Stepping/CommitRelease).</summary>
    public abstract bool KillCutsOffAtOnce { get; }

    /// <summary>A commit may wait for more than one acknowledgement.</summary>
    public abstract bool CountsAcknowledgements { get; }

    /// <summary>Stopping a receiver takes two seconds and not some milliseconds, its source being silent.</summary>
    public abstract bool StopsLate { get; }

    public abstract string ErrorOfRunningReplication { get; }

    /// <summary>The privilege that a statement needs; empty for none.</summary>
    public abstract string PrivilegeFor(Statement statement);

    /// <summary>What our account may lack in a history.</summary>
    public abstract MissingPrivileges[] MayLack { get; }
}
