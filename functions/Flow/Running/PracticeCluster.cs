using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Running;

/// <summary>
/// The cluster that is practised on. It is never discovered or stored as a cluster; only its recovery is, for a moment.
/// </summary>
public static class PracticeCluster
{
    public static readonly ClusterId Id = new("practice");
}
