namespace OrchestratorFunctions.Simulation.Storing;

/// <summary>What came of a conditional write (Flow/Ports/IRecoveryStore).</summary>
public enum WriteOutcome
{
    Written,
    Taken,
    LeaseLost,
    /// <summary>The ledger is another one than the plan was made with.</summary>
    Outdated,
}
