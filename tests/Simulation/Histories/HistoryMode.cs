namespace OrchestratorFunctions.Simulation.Histories;

/// <summary>What is asked of a history.</summary>
public enum HistoryMode
{
    /// <summary>Faults never stop; what must never happen does not.</summary>
    Safety,
    /// <summary>Faults stop on a healthy core; what must happen does, within its bound.</summary>
    Liveness,
}
