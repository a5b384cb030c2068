namespace OrchestratorFunctions.Core.Examining;

/// <summary>How much a finding of an examination matters, the least first.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing: all that is relied on works without it.</summary>
    Hint,
    /// <summary>All works, and the next failure would hurt more than it has to.</summary>
    Warning,
    /// <summary>A failover would not begin, would fail, or would lose something.</summary>
    Severe,
}
