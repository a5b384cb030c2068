using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Running;

/// <summary>What is to be done with a planned stage at the moment it would be sent.</summary>
public enum GuardAnswer
{
    /// <summary>Send it.</summary>
    Send,
    /// <summary>What it was planned on is too old: look again at all servers, and ask the planner again.</summary>
    LookAgain,
    /// <summary>The same for the subject alone.</summary>
    LookAtSubject,
    /// <summary>The lease may be another one's by now.</summary>
    LeaseGone,
    /// <summary>It would make a second writer.</summary>
    Refuse,
    /// <summary>It goes on from a block of writes that was ended since.</summary>
    Undone,
}

/// <summary>
/// Under which conditions the steps of a stage may be sent (S1, S8, S18): judged from the newest facts at the moment of
/// sending, not from those at the moment of planning.
/// </summary>
public static class StageGuard
{
    /// <param name="seenAt">When the servers had been looked at.</param>
    /// <param name="subjectSeenAt">When the newest look at the subject was answered; null when nobody looked.</param>
    public static GuardAnswer Ask(
        Recovery recovery, PlanStage stage, Topology topology, TimeSpan seenAt, TimeSpan? subjectSeenAt,
        Moment now, RunLimits limits)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(limits);
        if (stage.Steps.IsEmpty) return GuardAnswer.Send;
        if (now.LeaseLeft <= TimeSpan.Zero) return GuardAnswer.LeaseGone;
        if (!IsFitAfterUndo(stage) && recovery.Stages.Any(s => s.Undo is not null)) return GuardAnswer.Undone;
        // The verdict itself is worth a second: until the first step nothing is lost by another look.
        var countsFor = IsFirst(recovery) ? limits.FreshFor : limits.PictureFor;
        if (now.Running - seenAt > countsFor) return GuardAnswer.LookAgain;
        var isSubjectFresh = subjectSeenAt is { } at && now.Running - at <= limits.FreshFor;
        if (IsAfterHooks(recovery, stage) && !isSubjectFresh) return GuardAnswer.LookAtSubject;
        InstanceKey[] opened = [.. stage.Steps.Select(s => s.Step).OfType<SetWritable>().Select(s => s.Target.Key)];
        if (opened.Length == 0) return GuardAnswer.Send;
        if (WriterBeside(topology, opened) is not null) return GuardAnswer.Refuse;
        var opensAnother = opened.Any(key => key != recovery.Subject);
        return opensAnother && !isSubjectFresh ? GuardAnswer.LookAtSubject : GuardAnswer.Send;
    }

    // A returned primary is closed whatever becomes of the plan: refused, it would be planned again and again, and the
    // undo itself waits for it (S1, L3).
    private static bool IsFitAfterUndo(PlanStage stage) =>
        stage is { Hook: not null } or { GoesBack: true }
        || (stage.Block is null && stage.Steps.All(s => s.Step is SetReadOnly));

    private static bool IsFirst(Recovery recovery) =>
        recovery.Stages.All(s => s.Results.IsEmpty || s.Stage.Hook is not null);

    // They may have taken minutes, and a dead primary may be back since it was asked (S8).
    private static bool IsAfterHooks(Recovery recovery, PlanStage stage) =>
        stage.Hook is null && IsFirst(recovery) && recovery.Stages.Any(s => s.Stage.Hook is not null);

    /// <summary>
    /// A server that accepts writes and is none of those that are to be opened; null when there is none.
    /// </summary>
    public static Member? WriterBeside(Topology topology, IReadOnlyCollection<InstanceKey> opened)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.MayBeWriters.FirstOrDefault(m => !opened.Contains(m.Key));
    }
}
