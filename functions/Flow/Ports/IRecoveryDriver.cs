using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>Starts and steers recoveries that outlast the call that asks for them.</summary>
public interface IRecoveryDriver
{
    /// <summary>Starts a planned switch and returns the id its record will have.</summary>
    Task<string> SwitchAsync(ClusterId cluster, InstanceKey? to, string by, CancellationToken cancel);

    /// <summary>Tells a running recovery what an operator wants of it. Null when it is on its way, else why it comes to nothing.</summary>
    Task<string?> TellAsync(ClusterId cluster, string id, OperatorWord word, CancellationToken cancel);
}
