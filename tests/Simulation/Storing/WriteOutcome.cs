namespace OrchestratorFunctions.Simulation.Storing;

/// <summary>What came of a conditional write (Flow/Ports/IRecoveryStore).</summary>
public enum WriteOutcome
{
    Written,
    Taken,
    Outdated,
    LeaseLost,
}
