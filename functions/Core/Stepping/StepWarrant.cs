using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>
/// What must be true of another server when a step opens one, on a look that counts at that very moment (S1, S18).
/// </summary>
/// <param name="Key">The other server.</param>
/// <param name="SeenAt">When the newest look at it was answered, by the process's monotonic clock.</param>
/// <param name="MayLive">It may answer as long as it is no second writer; else any sign of life is a reason.</param>
public sealed record StepWarrant(InstanceKey Key, TimeSpan SeenAt, bool MayLive = true)
{
    /// <summary>
    /// Channels on which it follows servers outside of the cluster: following them makes it no replica of it.
    /// </summary>
    public ImmutableHashSet<string> Outside { get; init; } = [];

    /// <summary>Why nothing may be sent after such a look; null when something may.</summary>
    public string? WhyNot(ProbeOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (!MayLive && outcome.ShowsLife) return $"not sent, because {Key} answers again";
        return outcome.Sighted is { AcceptsWrites: true } seen && !FollowsMember(seen)
            ? $"not sent, because {Key} accepts writes, and two writers would diverge"
            : null;
    }

    // One that does not tell whom it follows may be a writer (S16).
    private bool FollowsMember(Instance seen) =>
        seen.KnowsLinks && seen.Links.Any(l => !l.IsDetached && !Outside.Contains(l.Channel));
}
