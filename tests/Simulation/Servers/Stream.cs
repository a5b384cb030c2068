namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>One connection of a receiver with the dump thread of its source.</summary>
/// <param name="Has">What the receiver said it has: that is not sent again.</param>
/// <param name="IsSemiSync">The receiver announced itself as acknowledging when it connected.</param>
public sealed record Stream(ModelServer Source, ModelServer Replica, Flavours.IHoldings Has, bool IsSemiSync)
{
    /// <summary>How far in the source's binary log it was sent.</summary>
    public int Next { get; set; }

    /// <summary>A TCP stream keeps its order: nothing arrives before what was sent earlier.</summary>
    public long LastArrival { get; set; }

    public long LastSent { get; set; }

    /// <summary>How far in the source's binary log the replica has acknowledged, exclusive.</summary>
    public int Acknowledged { get; set; }

    public bool IsBroken { get; set; }
}
