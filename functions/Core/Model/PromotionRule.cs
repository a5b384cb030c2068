namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// An operator's wish about promoting a server, best first (orchestrator's promotion rules without its unsupported
/// <c>must</c>).
/// </summary>
public enum PromotionRule
{
    Prefer,
    Neutral,
    PreferNot,
    MustNot,
}
