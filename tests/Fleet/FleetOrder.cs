using OrchestratorFunctions.Fleet.State;

namespace OrchestratorFunctions.Fleet;

/// <summary>What <c>up</c> is asked for.</summary>
internal sealed record FleetOrder(string Name, FleetRequest Request)
{
    /// <summary>The ports are those after it; null for the first that are free.</summary>
    public int? PortBase { get; init; }

    /// <summary>A healthy fleet that is the same is left as it is.</summary>
    public bool Reuse { get; init; }

    /// <summary>When that process is gone, the next <c>up</c> of any fleet removes this one.</summary>
    public Owner? Owner { get; init; }

    public bool InContainers { get; init; }

    public bool IsMetBy(FleetSettings there) =>
        new FleetRequest(there.Server, there.Replicas, there.SemiSync, there.Chain) == Request
        && there.InContainers == InContainers && (PortBase is null || PortBase == there.PortBase);
}
