using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Replacing;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// What becomes of a stage that was stored and whose end nobody stored: the planner is asked again, on what is seen now
/// (S18).
/// </summary>
public static class Resumption
{
    private const string IsOutdated = "what is seen now asks for something else, so this stage is not run";

    /// <summary>
    /// The same recovery when the stage may be run: steps look first, so what took effect already is not done twice. It
    /// may when the planner still goes forward and chooses nobody anew, and a stage that opens a server only when the
    /// planner would plan just that again; none may before a returned primary is closed. Otherwise the stage stands as
    /// <em>maybe begun</em>, without results, and the planner goes on from what is seen; a stage that was to open a
    /// server which is seen closed counts for nothing: nobody was opened.
    /// </summary>
    /// <param name="isUnsent">No step of it was sent: then it counts for nothing, whatever it was to do.</param>
    public static Recovery Take(Recovery recovery, Topology topology, DateTimeOffset at, bool isUnsent = false)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(topology);
        if (!isUnsent) recovery = WithoutVainOpenings(recovery, topology);
        if (recovery.Stages.LastOrDefault() is not { IsDone: false } unfinished) return recovery;
        if (unfinished.Stage.AwaitsApproval) return recovery;
        if (unfinished is { Stage.Hook: not null, BegunAt: not null } && !isUnsent)
            return Drop(recovery, topology, at, isUnsent, HookRuns.Unknown);
        var asked = Planner.Next(Before(recovery, unfinished, at), topology);
        if (unfinished.Stage.Hook is { } hook)
            return asked.Hook is { } same && same.Point == hook.Point && same.Name == hook.Name
                ? recovery
                : Drop(recovery, topology, at, isUnsent: true, IsOutdated);
        var goesOn = !asked.GoesBack && asked.Outcome is null or { IsSuccess: true };
        if (IsSame(asked, unfinished.Stage, topology, recovery.Choice?.Candidate)) return recovery;
        var mayRun = goesOn || unfinished.Stage.GoesBack;
        var isRevised = Revises(asked) && unfinished.Stage.Name != StageNames.Freeze;
        // The primary was to be closed for a successor that was not opened.
        var isVain = Opens(unfinished.Stage) || Forgets(unfinished.Stage)
            || (unfinished.Stage.Name == StageNames.Withdraw && !recovery.HasOpened);
        if (mayRun && !isRevised && !isVain && !Closes(asked, topology)) return recovery;
        return Drop(recovery, topology, at, isUnsent, isUnsent ? IsOutdated : $"taken up again: {IsOutdated}");
    }

    // A process that was lost may have opened a server that nobody saw then, or that did not answer. It has lost its
    // lease since, and what it sent to open one takes effect at once or never: the server that is seen closed now, with
    // nothing of its own, was not opened, and the way back is open (S19).
    private static Recovery WithoutVainOpenings(Recovery recovery, Topology topology)
    {
        if (recovery.IsEnded || !recovery.Stages.Any(IsVain)) return recovery;
        var stages = recovery.Stages.Select(s => IsVain(s) ? s with { WasNotBegun = true, IsMaybeBegun = false } : s);
        return recovery with { Stages = [.. stages] };

        bool IsVain(StageRecord s) =>
            s is { IsDone: true, WasNotBegun: false } && WasOpenedInVain(recovery, s, topology);
    }

    // What goes back opens the old primary.
    private static bool WasOpenedInVain(Recovery recovery, StageRecord record, Topology topology) =>
        !record.Stage.GoesBack && recovery.Choice is { } choice
        && record.Stage.Steps.Any(s => s.Step is SetWritable && s.Step.Target.Key == choice.Candidate)
        && IsSeenClosed(record.Stage, topology)
        && !record.StepsWithResults.Any(s => s is { Step: SetWritable, Result.IsSuccess: true })
        && topology[choice.Candidate]?.Current is { } candidate
        && candidate.Gtid.Executed.GetType() == choice.Position.GetType()
        && choice.Position.Contains(Executed(recovery, topology, candidate));

    private static GtidPosition Executed(Recovery recovery, Topology topology, Instance candidate) =>
        topology[recovery.Subject] is { } old
            ? ClusterDomains.Of(topology, old).In(candidate.Gtid.Executed)
            : candidate.Gtid.Executed;

    /// <summary>The newest stage is not run. What may have been done by somebody who sent it stays open.</summary>
    internal static Recovery Drop(
        Recovery recovery, Topology topology, DateTimeOffset at, bool isUnsent, string finding)
    {
        var dropped = recovery.Stages[^1];
        var wasNotBegun = isUnsent || (Opens(dropped.Stage) && IsSeenClosed(dropped.Stage, topology));
        return recovery.WithLast(dropped with
        {
            DoneAt = at,
            WasNotBegun = wasNotBegun,
            IsMaybeBegun = !wasNotBegun,
            Findings = [.. dropped.Findings, finding],
        });
    }

    // The recovery as if the stage had not been planned; a candidate that it chose stays chosen (S3).
    private static Recovery Before(Recovery recovery, StageRecord unfinished, DateTimeOffset at) =>
        unfinished.Stage.Choice is null
        ? recovery with { Stages = recovery.Stages.RemoveAt(recovery.Stages.Length - 1) }
        : recovery.WithLast(unfinished with { Stage = unfinished.Stage with { Name = "", Steps = [] }, DoneAt = at });

    // The stage that was stored with a choice stands for it.
    private static bool IsSame(PlanStage one, PlanStage other, Topology topology, InstanceKey? chosen) =>
        one.Name == other.Name && (one.Choice?.Candidate ?? chosen) == (other.Choice?.Candidate ?? chosen)
        && Musts(one, topology).SequenceEqual(Musts(other, topology));

    // What may fail is planned by who has taken its place already, and what is so already was done by whoever stored
    // the stage: that makes no other stage of it.
    private static IEnumerable<string> Musts(PlanStage stage, Topology topology) =>
        stage.Steps.Where(s => s.Tolerance == Tolerance.Must && !s.Step.IsSatisfiedBy(topology))
            .Select(s => s.Step.Says);

    private static bool Opens(PlanStage stage) => stage.Steps.Any(s => s.Step is SetWritable);

    // Somebody else may have started its receiver since, or pointed it elsewhere: what came meanwhile is applied first
    // (S6).
    private static bool Forgets(PlanStage stage) =>
        stage.Steps.Any(s => s is { Step: ForgetSource, Tolerance: Tolerance.Must });

    // The old primary lived since, or the candidate is lost: what was received meanwhile is not thrown away by a stage
    // that was planned without it (S4, S5).
    private static bool Revises(PlanStage asked) => asked.Choice is not null || asked.Name == StageNames.Freeze;

    // A second writer is not left open while a stage is run that may take long (S1).
    private static bool Closes(PlanStage asked, Topology topology) =>
        asked.Steps.Any(s => s.Step is SetReadOnly && topology[s.Step.Target.Key] is { IsFormerPrimary: true });

    private static bool IsSeenClosed(PlanStage stage, Topology topology) =>
        stage.Steps.Where(s => s.Step is SetWritable)
            .All(s => topology[s.Step.Target.Key]?.Current is { ReadOnly: true });
}
