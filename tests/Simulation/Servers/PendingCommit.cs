namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>A commit that stands in the binary log and waits for acknowledgements (AFTER_SYNC).</summary>
/// <param name="End">Where it ends in the binary log, exclusive.</param>
/// <param name="Done">Told when it is committed: by acknowledgements, or because the waiting timed out.</param>
public sealed record PendingCommit(Transaction Transaction, int End, Action<bool> Done)
{
    /// <summary>Its client is gone: it is committed and nobody is told.</summary>
    public bool IsClientGone { get; set; }
}
