using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>
/// Holds a session open to a server, to learn of its death at once and to have a way in when it hangs.
/// </summary>
public interface ISessionKeeper
{
    /// <summary>
    /// Opens and holds a session; completes with the reason when it breaks or cannot be opened. Throws only <see
    /// cref="OperationCanceledException"/>.
    /// </summary>
    Task<string> HoldAsync(InstanceKey key, CancellationToken cancel);

    /// <summary>
    /// Sees to it that the session steps run on is open, so that a failover need not wait for one. Best effort, never
    /// throws for a server.
    /// </summary>
    Task WarmAsync(InstanceKey key, CancellationToken cancel);

    /// <summary>
    /// Loses a session to a server that does not exist, as one is lost to a server that dies: what that costs the first
    /// time is paid. Throws what the network of this machine refuses.
    /// </summary>
    Task PractiseLossAsync(CancellationToken cancel);
}
