namespace OrchestratorFunctions.Api;

/// <summary>Section <c>Api</c>: what callers may do.</summary>
public sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>Answer questions only.</summary>
    public bool ReadOnly { get; set; }
}
