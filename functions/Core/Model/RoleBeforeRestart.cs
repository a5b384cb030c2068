namespace OrchestratorFunctions.Core.Model;

/// <summary>What a server was when it was seen before its restart.</summary>
public enum RoleBeforeRestart
{
    /// <summary>It accepted writes and followed nobody.</summary>
    Writer,
    /// <summary>
    /// It was a replica and read-only. It lost its source between that sighting and the restart: it may have been made
    /// the writer meanwhile. Or it accepted writes and did not tell whom it followed.
    /// </summary>
    Replica,
}
