using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// The part of the machine that looks at servers: at those that answer between stages, at the others beside them.
/// </summary>
internal static class Looks
{
    /// <summary>
    /// Looks at every server involved; before a stage at the subject too, also at one that is taken to be dead.
    /// </summary>
    public static Turn Begin(RecoveryRun run, bool isBeforeStage, Moment now) =>
        Begin(run, isBeforeStage ? [.. run.Involved, run.Recovery.Subject] : run.Involved, isBeforeStage, now);

    /// <summary>
    /// Looks at every server involved after a stage, but at those that still do what was begun beside it: they would
    /// answer when they have done it. Where a step failed, all are looked at.
    /// </summary>
    public static Turn After(RecoveryRun run, StageRecord done, Moment now)
    {
        if (done.FailedSteps.Any()) return Begin(run, isBeforeStage: false, now);
        var busy = done.StepsWithResults.Where(s => s.Result is { IsUnderWay: true }).Select(s => s.Step.Target.Key);
        return Begin(run, run.Involved.Except(busy), isBeforeStage: false, now);
    }

    /// <summary>Looks at every server before the first one is opened, silent ones included.</summary>
    public static Turn Around(RecoveryRun run, Moment now) =>
        Begin(run with { HasLookedAround = true }, run.Topology.Members.Select(m => m.Key), isBeforeStage: true, now);

    /// <summary>
    /// Looks once more before a success is stored on looks that are old by now: it took the store long to say whether
    /// somebody asked for anything, and the new primary may be lost since (S20). Null where that is not so. What was
    /// heard a moment ago counts for that look too: a store that is slow each time would have it repeated.
    /// </summary>
    public static Turn? BeforeEnd(RecoveryRun run, PlanStage stage, Moment now)
    {
        if (stage.Outcome is not { IsSuccess: true } outcome) return null;
        var key = outcome is RecoveryOutcome.Promoted promoted ? promoted.Key : run.Recovery.Subject;
        if (!run.LookedFrom.TryGetValue(key, out var at) || now.Running - at <= run.Limits.PictureFor) return null;
        var heard = run with { ListenedAt = now.Running + (run.Limits.LooksMost * run.Limits.Look) };
        return Begin(heard, [.. run.Involved, key], isBeforeStage: false, now);
    }

    /// <summary>Looks at some servers, and waits for all of these looks.</summary>
    public static Turn Begin(
        RecoveryRun run, IEnumerable<InstanceKey> keys, bool isBeforeStage, Moment now)
    {
        var awaited = keys.Distinct().Where(k => run.Topology[k] is not null).ToImmutableDictionary(k => k, _ => 1);
        var isWhole = run.Involved.All(awaited.ContainsKey);
        var asked = run with { Beside = run.Beside.Union(awaited.Keys.Where(run.IsSubject)) };
        // From then on a subject that comes back is one more server that may be open.
        var (looking, silent) = run.Recovery.HasOpened ? Beside(asked, now) : AtSilent(asked, awaited.Keys);
        looking = looking with { Phase = RunPhase.Looking, Awaited = awaited, RoundAt = now.Running };
        looking = looking with { IsWholeLook = isWhole, IsBeforeStage = isBeforeStage };
        var looks = awaited.Keys.Order().Select(k => LookNowAt(run, k));
        if (!awaited.IsEmpty) return new Turn(looking, [.. looks, .. silent]);
        var (next, commands) = RecoveryMachine.AfterLooks(looking with { SeenAt = now.Running }, now);
        return new Turn(next, [.. silent, .. commands]);
    }

    /// <summary>
    /// Looks beside a stage: at a subject that is taken to be dead and at servers that are silent. Nothing where one is
    /// under way.
    /// </summary>
    public static Turn Beside(RecoveryRun run, Moment now)
    {
        var (next, silent) = AtSilent(run with { BesideAt = now.Running }, []);
        InstanceKey[] beside = [.. HookRuns.LookedAtBeside(next).Where(k => !next.Beside.Contains(k)).Distinct()];
        silent = [.. silent, .. beside.Where(k => !run.IsSubject(k)).Select(k => LookAt(run, k))];
        next = next with { Beside = next.Beside.Union(beside.Where(k => !run.IsSubject(k))) };
        if (!run.Recovery.Kind.SubjectIsDead || run.Beside.Contains(run.Recovery.Subject)) return new(next, silent);
        next = next with { Beside = next.Beside.Add(run.Recovery.Subject) };
        return new(next, [LookAt(run, run.Recovery.Subject), .. silent]);
    }

    // One that comes back may be open (S1). Nobody waits for it.
    private static Turn AtSilent(RecoveryRun run, IEnumerable<InstanceKey> but)
    {
        InstanceKey[] silent = [.. run.Topology.Members.Select(m => m.Key).Except(but)
            .Where(k => !run.Involved.Contains(k) && !run.IsSubject(k) && !run.Beside.Contains(k))];
        return new(run with { Beside = run.Beside.Union(silent) }, [.. silent.Select(k => LookAt(run, k))]);
    }

    public static Turn Taken(RecoveryRun run, RecoveryEvent.Looked look, Moment now)
    {
        if (run.Topology[look.Key] is not { } member) return new Turn(run, []);
        look = look with { Outcome = member.AsFarAsOfIt(look.Outcome) };
        var isLost = look.Outcome is ProbeOutcome.Failed { Kind: not ProbeFailureKind.Refused };
        // A later look was answered first, by a dead primary that is back.
        if (IsOutrun(run, look)) return new Turn(Noted(run, look, now), []);
        var isLate = IsLate(run, look);
        var times = isLate ? 0 : run.Awaited.GetValueOrDefault(look.Key);
        var mayRepeat = times > 0 && times < run.Limits.LooksMost && member.LastSeen is not null;
        if (isLost && mayRepeat && run.Involved.Contains(look.Key) && !run.IsSubject(look.Key))
            return new Turn(run with { Awaited = run.Awaited.SetItem(look.Key, times + 1) }, [LookAt(run, look.Key)]);

        // Who did not answer twice is looked at beside from now on, and no later stage waits for it (L8): not the
        // primary of a switch, which somebody may have opened again.
        if (isLost && times > 0 && look.Key != run.Recovery.Subject)
            run = run with { Involved = run.Involved.Remove(look.Key) };
        var topology = run.Topology.With([member.With(look.Outcome, now.Wall)], now.Wall);
        var awaited = isLate ? run.Awaited : run.Awaited.Remove(look.Key);
        var seen = Noted(run, look, now) with { Topology = topology, Awaited = awaited };
        seen = seen with { LookedFrom = run.LookedFrom.SetItem(look.Key, look.BegunAt) };
        if (look.Key == run.Recovery.Subject) seen = seen with { SubjectSeenAt = SeenAt(run, look, now) };
        if (seen.Phase == RunPhase.Running) return StageSteps.Seen(seen, look, now);
        if (seen.Phase != RunPhase.Looking || !seen.Awaited.IsEmpty || times == 0) return new Turn(seen, []);
        var seenAt = Earlier(run.RoundAt + (run.Limits.LooksMost * run.Limits.Look), now.Running);
        return RecoveryMachine.AfterLooks(seen.IsWholeLook ? seen with { SeenAt = seenAt } : seen, now);
    }

    // What was asked for before this round does not show what the stage before it has done, and a dead primary may be
    // back since it was asked.
    private static bool IsLate(RecoveryRun run, RecoveryEvent.Looked look)
    {
        if (look.BegunAt >= run.RoundAt) return false;
        if (!run.IsSubject(look.Key)) return true;
        return run.Phase == RunPhase.Looking && run.Awaited.ContainsKey(look.Key) && !look.Outcome.ShowsLife;
    }

    private static bool IsOutrun(RecoveryRun run, RecoveryEvent.Looked look) =>
        run.IsSubject(look.Key) && !look.Outcome.ShowsLife
        && run.LookedFrom.TryGetValue(look.Key, out var newest) && look.BegunAt < newest;

    // A process that was stopped hears late of a look that had ended long before: it shows nothing of the time since.
    private static TimeSpan EndOf(RecoveryRun run, RecoveryEvent.Looked look, Moment now) =>
        Earlier(look.BegunAt + run.Limits.Look, now.Running);

    // A dead primary may have come back after it was asked: its silence is as old as the question.
    private static TimeSpan SeenAt(RecoveryRun run, RecoveryEvent.Looked look, Moment now) =>
        run.IsSubject(look.Key) && look.Outcome is ProbeOutcome.Failed { ShowsLife: false, IsDefinite: false }
            ? look.BegunAt
            : EndOf(run, look, now);

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static RecoveryRun Noted(RecoveryRun run, RecoveryEvent.Looked look, Moment now)
    {
        var isNew = look.Outcome.Sighted is not null && !run.IsSubject(look.Key) && !run.Involved.Contains(look.Key);
        return WriteBlocks.Looked(run, look.Key, look.BegunAt, EndOf(run, look, now)) with
        {
            Beside = run.Beside.Remove(look.Key),
            Involved = isNew ? run.Involved.Add(look.Key) : run.Involved,
        };
    }

    // What is waited for before a stage is paid for in downtime, and silence must be young when the stage is sent.
    private static RecoveryCommand.Look LookNowAt(RecoveryRun run, InstanceKey key) => run.IsSubject(key)
        ? new(key, Earlier(run.Limits.Look, run.Limits.FreshFor) / 2)
        : LookAt(run, key);

    internal static RecoveryCommand.Look LookAt(RecoveryRun run, InstanceKey key) => new(key, run.Limits.Look);
}
