namespace OrchestratorFunctions.Core.Model;

/// <summary>Parts of what is known of a server that are asked, and may be refused, apart from each other.</summary>
[Flags]
public enum InstanceParts
{
    None = 0,

    /// <summary>Whom it replicates from and how far it is: its links, their threads and positions.</summary>
    Replication = 1,

    /// <summary>Since when its links have heard nothing.</summary>
    Silence = 2,

    /// <summary>Its position in its own binary log, and what it leaves out there.</summary>
    BinaryLogPosition = 4,

    /// <summary>Replicas it names.</summary>
    ReportedReplicas = 8,

    /// <summary>Semi-sync settings and state.</summary>
    SemiSync = 16,

    /// <summary>What its relay log is worth after a restart.</summary>
    RelayLog = 32,

    Uptime = 64,
    Group = 128,

    /// <summary>Data centre and region.</summary>
    Place = 256,

    /// <summary>Whether it is read-only since its start, or somebody made it so.</summary>
    ReadOnlyOrigin = 512,

    /// <summary>What our account may do there, and whom the server lets in.</summary>
    Rights = 1024,
}
