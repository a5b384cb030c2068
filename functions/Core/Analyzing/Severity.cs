namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>How grave a problem is, the gravest last.</summary>
public enum Severity
{
    /// <summary>All works, and the next failure would hurt more than it has to.</summary>
    Warning,
    /// <summary>Some servers get no transactions any more.</summary>
    Serious,
    /// <summary>Nobody can write, or two servers can.</summary>
    Critical,
}
