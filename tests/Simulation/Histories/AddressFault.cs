namespace OrchestratorFunctions.Simulation.Histories;

/// <summary>What becomes of addresses in a history.</summary>
public enum AddressFault
{
    /// <summary>Every server keeps its own.</summary>
    None,
    /// <summary>One server restarts at another port or on another host.</summary>
    Moves,
    /// <summary>Two servers change their addresses while both are down.</summary>
    Swap,
}
