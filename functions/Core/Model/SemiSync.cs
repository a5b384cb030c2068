namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Semi-synchronous replication as one server reports it (variables and status <c>rpl_semi_sync_*</c>).
/// </summary>
/// <param name="Available">The plugin is loaded (MariaDB: built in).</param>
/// <param name="SourceEnabled">As a source it is told to wait for acknowledgements.</param>
/// <param name="SourceActive">It is waiting for acknowledgements now; false with <paramref name="SourceEnabled"/> means
/// it fell back to asynchronous.</param>
/// <param name="WaitForReplicas">Acknowledgements a commit waits for.</param>
/// <param name="Clients">Replicas registered as acknowledging.</param>
/// <param name="TimeoutMilliseconds">After which it falls back to asynchronous.</param>
/// <param name="ReplicaEnabled">As a replica it is told to acknowledge.</param>
/// <param name="ReplicaActive">It is acknowledging now.</param>
public sealed record SemiSync(
    bool Available = false,
    bool SourceEnabled = false,
    bool SourceActive = false,
    int WaitForReplicas = 0,
    int Clients = 0,
    long TimeoutMilliseconds = 0,
    bool ReplicaEnabled = false,
    bool ReplicaActive = false)
{
    public static SemiSync Off { get; } = new();
}
