using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>A statement as a server executes it: what it does, not what somebody hopes it does.</summary>
public abstract record Statement
{
    private Statement() { }

    /// <summary>SET GLOBAL super_read_only=ON, with the clients cut off first when it is a fence (offline_mode).</summary>
    public sealed record Close(bool CutsClientsOff) : Statement;

    /// <summary>SET GLOBAL super_read_only=OFF, GLOBAL read_only=OFF.</summary>
    /// <param name="By">The recovery that sends it.</param>
    /// <param name="NotAfter">The server does not act on it after this instant of its own clock; null for any time.</param>
    /// <param name="From">Where the process stands that sends it; negative for a person.</param>
    public sealed record Open(string By, long? NotAfter = null, bool IsByHand = false, int From = -1) : Statement;

    /// <summary>About a replication channel: FOR CHANNEL '…'.</summary>
    /// <param name="Name">Empty for the default channel; null without FOR CHANNEL: all channels.</param>
    public abstract record OfChannel(string? Name) : Statement;

    /// <summary>STOP REPLICA IO_THREAD.</summary>
    public sealed record StopReceiver(string? Channel = null) : OfChannel(Channel);

    /// <summary>STOP REPLICA.</summary>
    public sealed record StopBoth(string? Channel = null) : OfChannel(Channel);

    /// <summary>START REPLICA [SQL_THREAD].</summary>
    public sealed record Start(bool Receiver, bool Applier, string? Channel = null) : OfChannel(Channel);

    /// <summary>CHANGE REPLICATION SOURCE TO … SOURCE_AUTO_POSITION=1.</summary>
    /// <param name="To">Who listens there, or did.</param>
    /// <param name="FromCurrent">MariaDB: its position is where it stands, its own transactions included (current_pos).</param>
    public sealed record ChangeSource(ModelServer To, string? Channel = null, bool FromCurrent = false) : OfChannel(Channel)
    {
        /// <summary>SOURCE_HOST and SOURCE_PORT.</summary>
        public InstanceKey Address { get; init; } = To.Address;

        /// <summary>MySQL, without SOURCE_AUTO_POSITION: the applier may run, and while it does the relay log is kept.</summary>
        public bool KeepsRelayLog { get; init; }
    }

    /// <summary>MariaDB: what is in its binary log is what it has replicated (SET GLOBAL of its position).</summary>
    public sealed record BeginAtOwnLog : Statement;

    /// <summary>RESET REPLICA ALL.</summary>
    public sealed record ResetAll(string? Channel = null) : OfChannel(Channel);

    /// <summary>SET GLOBAL rpl_semi_sync_…</summary>
    public sealed record SemiSync(bool AsSource, bool AsReplica, int WaitFor, long TimeoutMilliseconds) : Statement;

    /// <summary>ALTER EVENT of some events: a transaction like any other one.</summary>
    public sealed record Events(EventNames Names, EventState State) : Statement;

    /// <summary>STOP REPLICA IO_THREAD; START REPLICA IO_THREAD: the receiver announces its semi-sync role anew.</summary>
    public sealed record RestartReceiver : Statement;

    /// <summary>WAIT_FOR_EXECUTED_GTID_SET.</summary>
    public sealed record WaitApplied(GtidPosition Position, long Turn) : Statement;

    /// <summary>KILL of every statement that waits to make this server read-only.</summary>
    public sealed record KillClosing : Statement;

    /// <summary>KILL of every client in a commit.</summary>
    public sealed record KillClients : Statement;
}
