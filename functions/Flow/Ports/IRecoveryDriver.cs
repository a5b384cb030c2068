using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>Starts and steers recoveries that outlast the call that asks for them.</summary>
public interface IRecoveryDriver
{
    /// <summary>
    /// Starts what an operator asks for: the id its record has or will have, and why it was not started, null when it
    /// was.
    /// </summary>
    Task<(string Id, Refusal? Refusal)> StartAsync(OperationRequest order, CancellationToken cancel);

    /// <summary>
    /// Tells a running recovery what an operator wants of it. Null when it is on its way, else why it comes to nothing.
    /// </summary>
    Task<Refusal?> SignalAsync(ClusterId cluster, string id, OperatorSignal signal, CancellationToken cancel);
}
