using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// What the guard has seen and what a step that opens a server must know to be true still when it is sent: nobody else
/// accepts writes, and an old primary that is dead stays so (S1, S18).
/// </summary>
internal static class Warrants
{
    /// <summary>No look counts for so long.</summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromHours(1);

    /// <summary>
    /// One for each other server, silent ones included: a step may wait for its own server while another comes back.
    /// None for a step that opens nothing.
    /// </summary>
    /// <param name="seenAt">When the others had been looked at.</param>
    public static ImmutableArray<StepWarrant> Of(RecoveryRun run, PlanStep step, TimeSpan seenAt)
    {
        if (step is not SetWritable) return [];
        var (subject, opened) = (run.Recovery.Subject, step.Target.Key);
        var others = run.Topology.Members.Where(m => m.Key != opened && m.Key != subject);
        ImmutableArray<StepWarrant> warrants =
        [
            .. others.Select(m => new StepWarrant(m.Key, SeenAt(run, m, seenAt))
            {
                Outside = OutsideOf(run.Topology, m),
            }),
        ];
        return opened != subject && run.SubjectSeenAt is { } at
            ? warrants.Insert(0, new StepWarrant(subject, at, MayLive(run))
            {
                Outside = OutsideOf(run.Topology, run.Topology[subject]),
            })
            : warrants;
    }

    /// <summary>
    /// Why a server is not opened whose turn comes after other steps, when the old primary was seen alive meanwhile;
    /// null for every other step.
    /// </summary>
    public static StepResult? WhyUnsent(RecoveryRun run, PlanStep step)
    {
        var subject = run.Recovery.Subject;
        if (step is not SetWritable || step.Target.Key == subject) return null;
        if (run.Topology[subject] is not { } old) return null;
        return new StepWarrant(subject, default, MayLive(run)).WhyNot(old.Outcome) is { } because
            ? new StepResult(StepState.Failed, TimeSpan.Zero, Says: because) { IsRefused = true, WasNotSent = true }
            : null;
    }

    // One that answered is as old as the question: its round may have waited for others since. A round does not wait
    // for those that were silent before: each of them is as old as its own newest look.
    private static TimeSpan SeenAt(RecoveryRun run, Member member, TimeSpan seenAt)
    {
        if (!run.LookedFrom.TryGetValue(member.Key, out var begun))
            return run.Involved.Contains(member.Key) ? seenAt : seenAt - LongAgo;
        var ended = member.IsSeen || member.Outcome.IsDefinite ? begun : begun + run.Limits.Look;
        return ended < seenAt ? ended : seenAt;
    }

    private static ImmutableHashSet<string> OutsideOf(Topology topology, Member? member) =>
        [.. (member?.LastKnown?.Links ?? []).Where(l => topology.SourceOf(l) is null).Select(l => l.Channel)];

    // One that was told to open before goes on though the old primary is back, which was closed in between.
    private static bool MayLive(RecoveryRun run)
    {
        if (!run.Recovery.Kind.SubjectIsDead) return true;
        return (run.Recovery with { Stages = run.Recovery.Stages.RemoveAt(run.StageNumber) }).HasOpened;
    }
}
