namespace OrchestratorFunctions.Core.Model;

/// <summary>What a server does with a scheduled event. Manual: "The INFORMATION_SCHEMA EVENTS Table".</summary>
public enum EventState
{
    /// <summary>It runs when its time has come, as long as the event scheduler runs.</summary>
    Enabled,

    /// <summary>A person disabled it here.</summary>
    Disabled,

    /// <summary>
    /// REPLICA_SIDE_DISABLED: it came from a source, which runs it. It says nothing of whether the source has it
    /// enabled. Manual: "Replication of Invoked Features".
    /// </summary>
    ReplicaSide,
}
