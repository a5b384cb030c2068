using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>
/// What forgets something is not sent where somebody else has changed the server since it was planned. A source is not
/// removed where the server was pointed elsewhere, or its receiver started: it would throw away what came from there
/// (S6, S12). What it has executed is not set where it has executed more, or replicates: that would come twice.
/// </summary>
internal static class ChangedLinks
{
    /// <summary>Why it is not sent; null when the link is as it was planned for, or the step removes none.</summary>
    public static string? WhyNot(PlanStep step, Instance seen)
    {
        if (step is ResetGtids reset) return WhyNotReset(reset, seen);
        if (step is not ForgetSource { Source: { } source } forget) return null;
        if (seen.LinkOf(forget.Target.ChannelName) is not { } link) return null;
        if (link.Source != source)
            return $"not sent, because {seen.Key} follows {link.Source} by now, and it followed {source} when this was "
                + "planned: somebody else has pointed it there";
        return forget.WasStill && link.Receiver != ReplicationThread.Stopped
            ? $"not sent, because {seen.Key} receives from {source} again: somebody else has started it"
            : null;
    }

    private static string? WhyNotReset(ResetGtids reset, Instance seen)
    {
        if (seen.Links.Any(l => l.Receiver != ReplicationThread.Stopped || l.Applier != ReplicationThread.Stopped))
            return $"not sent, because {seen.Key} replicates: somebody else has started it";
        return !reset.Executed.Equals(seen.Gtid.Executed)
            ? $"not sent, because {seen.Key} has executed {seen.Gtid.Executed} by now, and had {reset.Executed} when "
                + "this was planned"
            : null;
    }
}
