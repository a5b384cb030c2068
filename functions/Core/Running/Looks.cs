using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// The part of the machine that looks at servers: at all of them between stages, at the subject beside every stage.
/// </summary>
internal static class Looks
{
    /// <summary>
    /// Looks at every server involved; before a stage at the subject too, also at one that is taken to be dead.
    /// </summary>
    public static Turn Begin(RecoveryRun run, bool isBeforeStage, Moment now) =>
        Begin(run, isBeforeStage ? [.. run.Involved, run.Recovery.Subject] : run.Involved, isBeforeStage, now);

    /// <summary>Looks at some servers, and waits for all of these looks.</summary>
    public static Turn Begin(
        RecoveryRun run, IEnumerable<InstanceKey> keys, bool isBeforeStage, Moment now)
    {
        var awaited = keys.Distinct().Where(k => run.Topology[k] is not null).ToImmutableDictionary(k => k, _ => 1);
        var isWhole = run.Involved.All(awaited.ContainsKey);
        var looking = run with { Phase = RunPhase.Looking, Awaited = awaited, IsWholeLook = isWhole };
        looking = looking with { IsBeforeStage = isBeforeStage };
        if (awaited.IsEmpty) return RecoveryMachine.AfterLooks(looking with { SeenAt = now.Running }, now);
        // A look at the subject that is under way already counts for this round too.
        var unlooked = awaited.Keys.Order().Where(k => !(run.IsSubject(k) && run.IsSubjectLooked));
        var isSubjectLooked = run.IsSubjectLooked || awaited.Keys.Any(run.IsSubject);
        return new Turn(looking with { IsSubjectLooked = isSubjectLooked }, [.. unlooked.Select(k => LookAt(run, k))]);
    }

    /// <summary>
    /// A look at the subject beside a stage; nothing when one is under way, or when it is looked at between stages
    /// anyway.
    /// </summary>
    public static Turn AtSubject(RecoveryRun run) =>
        run.Recovery.Kind.SubjectIsDead && !run.IsSubjectLooked
            ? new(run with { IsSubjectLooked = true }, [LookAt(run, run.Recovery.Subject)])
            : new(run, []);

    public static Turn Taken(RecoveryRun run, RecoveryEvent.Looked look, Moment now)
    {
        if (run.Topology[look.Key] is not { } member) return new Turn(run, []);
        var isLost = look.Outcome is ProbeOutcome.Failed { Kind: not ProbeFailureKind.Refused };
        var times = run.Awaited.GetValueOrDefault(look.Key);
        var mayRepeat = times > 0 && times < run.Limits.LooksMost && member.LastSeen is not null;
        if (isLost && mayRepeat && !run.IsSubject(look.Key))
            return new Turn(run with { Awaited = run.Awaited.SetItem(look.Key, times + 1) }, [LookAt(run, look.Key)]);

        var topology = run.Topology.With([member.With(look.Outcome, now.Wall)], now.Wall);
        var seen = run with { Topology = topology, Awaited = run.Awaited.Remove(look.Key) };
        seen = seen with { LookedFrom = run.LookedFrom.SetItem(look.Key, look.BegunAt) };
        if (look.Key == run.Recovery.Subject) seen = seen with { SubjectSeenAt = now.Running };
        if (run.IsSubject(look.Key)) seen = seen with { IsSubjectLooked = false };
        if (seen.Phase == RunPhase.Running) return StageSteps.SubjectSeen(seen, look);
        if (seen.Phase != RunPhase.Looking || !seen.Awaited.IsEmpty || times == 0) return new Turn(seen, []);
        return RecoveryMachine.AfterLooks(seen.IsWholeLook ? seen with { SeenAt = now.Running } : seen, now);
    }

    private static RecoveryCommand.Look LookAt(RecoveryRun run, InstanceKey key) => new(key, run.Limits.Look);
}
