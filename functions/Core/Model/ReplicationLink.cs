using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>State of a replication thread; Connecting belongs to receivers only.</summary>
public enum ReplicationThread
{
    Stopped,
    Running,
    Connecting,
}

/// <summary>
/// One replication channel of a replica: from where, how far, how well. No link means not a replica; several channels
/// are several links. Source: <c>SHOW REPLICA STATUS</c> (MySQL), <c>SHOW ALL SLAVES STATUS</c> (MariaDB),
/// <c>performance_schema.replication_connection_status</c> for heartbeats.
/// </summary>
public sealed record ReplicationLink
{
    public required InstanceKey Source { get; init; }
    public string Channel { get; init; } = "";

    /// <summary>
    /// server_uuid of the source as the replica knows it; null when it never connected, and on MariaDB.
    /// </summary>
    public string? SourceUuid { get; init; }

    /// <summary>The account it logs in with at its source; empty when that is not known.</summary>
    public string User { get; init; } = "";

    /// <summary>How it uses TLS; null when it does not ask for it.</summary>
    public LinkTls? Tls { get; init; }

    public required ReplicationThread Receiver { get; init; }
    public required ReplicationThread Applier { get; init; }
    public bool AutoPosition { get; init; }

    /// <summary>
    /// What arrived from the source (MySQL: Retrieved_Gtid_Set, since the relay log was last cleared; MariaDB:
    /// Gtid_IO_Pos).
    /// </summary>
    public GtidPosition? Received { get; init; }

    /// <summary>How far the receiver has read in the source's binary log.</summary>
    public BinlogPosition? ReadPosition { get; init; }

    /// <summary>How far the applier has executed, in the source's binary log.</summary>
    public BinlogPosition? ExecutedPosition { get; init; }

    /// <summary>Seconds behind the source; null when the server does not know.</summary>
    public long? LagSeconds { get; init; }

    /// <summary>Configured delay; 0 for none.</summary>
    public int DelaySeconds { get; init; }

    public int ReceiverErrorNumber { get; init; }
    public string ReceiverError { get; init; } = "";
    public int ApplierErrorNumber { get; init; }
    public string ApplierError { get; init; } = "";

    /// <summary>
    /// Time since anything (event or heartbeat) arrived from the source, at least; null when it cannot be told, as on a
    /// first look.
    /// </summary>
    public TimeSpan? SilentFor { get; init; }

    /// <summary>How often an idle source sends a heartbeat; null when unknown, zero when it sends none.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>
    /// What keeps a running receiver from reading, when that is its own server's lack of room, in the server's words
    /// (Replica_IO_State); empty when nothing does. While it lasts the replica hears nothing of a source that is well.
    /// </summary>
    public string HeldUpBy { get; init; } = "";

    public bool HasFilters { get; init; }

    /// <summary>
    /// Stopped on purpose by pointing at a name that cannot exist (orchestrator's detach: host begins with <c>//</c>).
    /// </summary>
    public bool IsDetached { get; init; }

    /// <summary>Both threads run and no error stands.</summary>
    public bool IsReplicating => Receiver == ReplicationThread.Running && Applier == ReplicationThread.Running;

    /// <summary>
    /// Something arrived from the source within its last heartbeat, as far as that can be told: the source lived then.
    /// </summary>
    public bool HasJustHeard => Receiver == ReplicationThread.Running && SilentFor < HeartbeatInterval;

    /// <summary>
    /// The receiver tries to reach its source and cannot: Connecting, or given up after its retries
    /// (client errors 2002 to 2013 and 2055: no connection; manual, "Client Error Message Reference").
    /// Any other error (access denied, too many connections, TLS) was the source's own answer: it lives (S16).
    /// </summary>
    public bool CannotReachSource =>
        ReceiverErrorNumber is >= 2002 and <= 2013 or 2055
            ? Receiver != ReplicationThread.Running
            : Receiver == ReplicationThread.Connecting && ReceiverErrorNumber == 0;

    /// <summary>
    /// The last error is one of connecting. A receiver tries that again and again, so it is no reason to stand still:
    /// one that is stopped meanwhile keeps the error (seen on MySQL 9.7, in SHOW REPLICA STATUS and in the performance
    /// schema).
    /// </summary>
    public bool FailedToConnect => ReceiverErrorNumber is
        (>= 2002 and <= 2013) or 2055 or TooManyConnections or AccessDenied or HostIsBlocked or HostNotPrivileged
        or TooManyUserConnections or Encryption or IsOffline or AccountIsLocked;

    private const int TooManyConnections = 1040, AccessDenied = 1045, HostIsBlocked = 1129, HostNotPrivileged = 1130,
        TooManyUserConnections = 1203;

    // The source let nobody in (offline_mode), or locked the account (seen on 9.7.4).
    private const int IsOffline = 3032, AccountIsLocked = 3118;

    // TLS could not be agreed on: also what is left of a source that dies in the middle of a handshake.
    private const int Encryption = 2026;

    /// <summary>
    /// Everything that arrived has been executed, judged by positions in the source's binary log; null when unknown.
    /// </summary>
    public bool? AppliedAllByPosition =>
        ReadPosition is null || ExecutedPosition is null ? null : ReadPosition == ExecutedPosition;
}
