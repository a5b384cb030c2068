using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>A server that was opened in the primary's place, as it is seen when its plan would end.</summary>
public static class LostSuccessor
{
    /// <summary>
    /// Why it is not seen to accept writes, as the rest of a sentence about it; null when it is. No plan ends with a
    /// success that nobody sees.
    /// </summary>
    public static string? Why(Member successor)
    {
        ArgumentNullException.ThrowIfNull(successor);
        if (successor.Current is not { } instance)
            return $"is not seen any more ({(successor.Outcome as ProbeOutcome.Failed)?.Says})";
        return instance.ReadOnly ? "does not accept writes any more" : null;
    }
}
