namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>What becomes of the scheduled events that a replaced primary ran (decision 0033).</summary>
public enum EventHandling
{
    /// <summary>The new primary runs them. A planned switch sees to it that the old one does not any more.</summary>
    Enable,

    /// <summary>No event is changed; the outcome and <c>analysis</c> name those that do not run.</summary>
    Report,
}
