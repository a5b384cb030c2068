using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>
/// A source is not removed where somebody else has pointed the server elsewhere since that was planned, or has started
/// its receiver: it would throw away what came from there (S6, S12).
/// </summary>
internal static class ChangedLinks
{
    /// <summary>Why it is not sent; null when the link is as it was planned for, or the step removes none.</summary>
    public static string? WhyNot(PlanStep step, Instance seen)
    {
        if (step is not ForgetSource { Source: { } source } forget) return null;
        if (seen.LinkOf(forget.Target.ChannelName) is not { } link) return null;
        if (link.Source != source)
            return $"not sent, because {seen.Key} follows {link.Source} by now, and it followed {source} when this was "
                + "planned: somebody else has pointed it there";
        return forget.WasStill && link.Receiver != ReplicationThread.Stopped
            ? $"not sent, because {seen.Key} receives from {source} again: somebody else has started it"
            : null;
    }
}
