using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning;

/// <summary>
/// Moves one server below another, with everything that follows it: point it there, see that it receives and applies. Whatever goes wrong,
/// it is put back where it was.
/// </summary>
internal sealed class RelocatePlanner(Recovery recovery, Topology now)
{
    private const string Prepare = "prepare", Move = "move", Arrive = "arrive", Back = "move-back";

    private readonly Member replica = now[recovery.Subject]!;
    private readonly RecoveryPolicy policy = recovery.Policy;

    public PlanStage Next()
    {
        if (recovery.Stages.IsEmpty) return Begin();
        if (recovery.Last(Move) is null) return AfterPreparing();
        if (recovery.Last(Back) is { } back) return AfterBack(back.Stage.Because);
        if (replica.Now is not { } instance) return Abandon($"{replica.Key} cannot be reached; whether it follows {recovery.Wanted} is not known");
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit) return BackStage($"the plan did not end within {RecoveryPolicy.StageLimit} stages");
        if (recovery.Cancelled is { } word) return BackStage(word.Says);
        if (recovery.Last(Move)!.Broken.FirstOrDefault() is { Step: { } step, Result: var result } && !IsThere(instance)) return BackStage($"{step.Step.Says} failed: {result.Says}");
        if (Trouble(instance) is { } trouble) return BackStage(trouble);
        if (recovery.Last(Arrive)?.Broken.FirstOrDefault() is { Step: { } wait, Result: var reached } && !wait.Step.IsTrueOf(instance)) return BackStage($"{wait.Step.Says} failed: {reached.Says}");
        if (now[recovery.Wanted!]?.Now is not { } source) return BackStage($"{recovery.Wanted} cannot be reached");
        if (recovery.Last(Arrive) is null) return ArriveStage(source);
        return PlanStage.End("relocated", new RecoveryOutcome.Relocated(replica.Key, recovery.Wanted!, HasArrived(instance) ? "" : $"it has not applied everything {recovery.Wanted} had"));
    }

    private PlanStage Begin()
    {
        if (RelocateRefusal.Of(now, replica, recovery.Wanted, policy).ToArray() is { Length: > 0 } refusals)
            return PlanStage.End("abandon", new RecoveryOutcome.Abandoned(string.Join("; ", refusals.Select(r => r.Because)), string.Join("; ", refusals.Select(r => r.Setting).Where(s => s.Length > 0).Distinct())));
        if (IsThere(replica.Now!)) return PlanStage.End("relocated", new RecoveryOutcome.Relocated(replica.Key, recovery.Wanted!, ""));
        // As a replica nobody would acknowledge anything to it, and its applier would wait for that.
        return replica.Now is { Links.IsEmpty: true, SemiSync.SourceEnabled: true }
            ? new PlanStage(Prepare, $"{replica.Key} was a primary and would wait for acknowledgements that a replica does not get",
                [new(new SetSemiSync(replica.Key, AsSource: false, AsReplica: now[recovery.Wanted!]!.Now!.SemiSync.SourceEnabled), Tolerance.Must, policy.StepTimeout, "it acknowledges from now on, if at all")])
            : MoveStage();
    }

    private PlanStage AfterPreparing()
    {
        if (recovery.Cancelled is { } word) return Abandon(word.Says);
        if (recovery.Stages[^1].Broken.FirstOrDefault() is { Step: { } step, Result: var result }) return Abandon($"{step.Step.Says} failed: {result.Says}");
        return RelocateRefusal.Of(now, replica, recovery.Wanted, policy).FirstOrDefault().Because is { } because ? Abandon(because) : MoveStage();
    }

    private PlanStage MoveStage()
    {
        var (from, to) = (replica.Now!.Link?.Source, recovery.Wanted!);
        var below = now.DescendantsOf(replica.Key).Count;
        return new PlanStage(Move, $"{replica.Key} is to follow {to}{(from is null ? "" : $" instead of {from}")}{(below > 0 ? $"; with it goes what is below it: {below}" : "")}",
            [new(new PointTo(replica.Key, to) { Before = from }, Tolerance.Must, policy.StepTimeout, "an operator asked for it")]);
    }

    private PlanStage ArriveStage(Instance source) => new(Arrive, $"{replica.Key} follows {source.Key}; that it works shows when it receives, and has what {source.Key} has now",
    [
        new(new WaitUntilReceiving(replica.Key, source.Key), Tolerance.Must, policy.StepTimeout, "told to connect it says yes before it has tried"),
        new(WaitUntilApplied.For(replica.Key, source.Gtid.Executed), Tolerance.BestEffort, policy.ApplyTimeout, "what is behind may be on its way for long"),
    ]);

    private string? Trouble(Instance instance) => instance.Link switch
    {
        null => $"{replica.Key} follows nobody",
        { } link when link.Source != recovery.Wanted => $"{replica.Key} follows {link.Source} by now",
        { Receiver: ReplicationThread.Stopped } link => $"{replica.Key} does not receive{Error(link.ReceiverErrorNumber, link.ReceiverError)}",
        { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: not 0 } link => $"{replica.Key} cannot connect to {link.Source}{Error(link.ReceiverErrorNumber, link.ReceiverError)}",
        { Applier: ReplicationThread.Stopped } link => $"{replica.Key} does not apply{Error(link.ApplierErrorNumber, link.ApplierError)}",
        _ => null,
    };

    private PlanStage BackStage(string because) => BackStep() is { } step ? new PlanStage(Back, because, [step]) : IsWhereItWas(because);

    private PlanStage AfterBack(string because)
    {
        if (replica.Now is null) return Abandon($"{because}, and {replica.Key} was lost while it was moved back");
        if (BackStep() is not { } step) return IsWhereItWas(because);
        return recovery.Times(Back) <= policy.Attempts ? new PlanStage(Back, because, [step]) : Abandon($"{because}, and {replica.Key} could not be moved back; to be done by hand: {step.Step.Says}");
    }

    private PlanStage IsWhereItWas(string because) => replica.Now!.Link?.Source == Before
        ? PlanStage.End("moved-back", new RecoveryOutcome.RolledBack(because))
        : Abandon(because);

    private InstanceKey? Before => recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<PointTo>().First().Before;

    // Null when nothing is left to undo. One that somebody else moved meanwhile is not ours to move again.
    private PlannedStep? BackStep()
    {
        PlanStep undo = Before is null ? new ForgetSource(replica.Key) : new PointTo(replica.Key, Before);
        if (replica.Now is { Link: { } link } && link.Source != recovery.Wanted && link.Source != Before) return null;
        return undo.IsTrueOf(replica.Now!) ? null : new(undo, Tolerance.Must, policy.StepTimeout, Before is null ? "it followed nobody before" : $"it followed {Before} before");
    }

    private bool IsThere(Instance instance) => new PointTo(instance.Key, recovery.Wanted!).IsTrueOf(instance);

    private bool HasArrived(Instance instance) =>
        recovery.Last(Arrive)!.Stage.Steps.All(s => s.Step.IsTrueOf(instance));

    private static string Error(int number, string text) => number == 0 ? "" : $": error {number} {text}".TrimEnd();

    private static PlanStage Abandon(string because) => PlanStage.End("abandon", new RecoveryOutcome.Abandoned(because));
}
