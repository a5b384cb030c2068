using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What every verb of an operator needs.</summary>
/// <param name="Declared">Called after something was stored, so that watchers of this process take it over.</param>
public sealed record VerbPorts(
    ITopologyStore Topologies, IPoolStore Pools, ITokenStore Tokens, IAuditLog Audit, Action Declared,
    TimeProvider Time)
{
    public FleetNames Names { get; } = new(Topologies);

    /// <summary>Who asked for what, written before it is done.</summary>
    internal Task WriteAsync(
        string actor, string act, ClusterId cluster, InstanceKey? server, string says, CancellationToken cancel) =>
        Audit.WriteAsync(new AuditEntry(Time.GetUtcNow(), actor, act, cluster, server, says), cancel);
}
