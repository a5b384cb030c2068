using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>
/// Lets a server follow nobody (orchestrator's <c>reset-replica</c>). It stays a member that must not write: should it
/// be opened, it is closed at once, as long as it is not forgotten or does not follow one again (S10).
/// </summary>
internal sealed class ForgetsItsSource : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) => view.Now.Links.IsEmpty ? [] :
    [
        .. LinkRefusal.Of(view), .. LinkRefusal.OfWritable(view), .. LinkRefusal.OfFollowers(view),
        .. LinkRefusal.OfAcknowledgements(view), .. LinkRefusal.OfDrain(view),
    ];

    public override IEnumerable<Refusal> WhyNotGoOn(ChangeView view) =>
        ThreadStages.IsStill(view) ? LinkRefusal.OfUnapplied(view) : [];

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        if (view.Link is not { } link) return [];
        PlanStep[] mark = view.IsPrimary ? [] : [MarkFormerPrimary.Of(view.Key)];
        return
        [
            .. ThreadStages.DrainWhereNeeded(view, link),
            ThreadStages.Stop(view, ReplicationThreads.Both, $"{view.Key} is to follow nobody"),
            view.Stage("forget", $"{view.Key} stands still",
                [
                    (ForgetSource.Of(view.Where, link), "an operator asked for it"),
                    .. mark.Select(m => (m, "should it be writable, it is closed at once")),
                ]),
        ];
    }

    public override IEnumerable<PlanStep> Back(ChangeView view) => [ThreadStages.Again(view)];

    public override string Says(ChangeView view) => view.Server.IsFormerPrimary
        ? $"{view.Key} follows nobody; should it be opened, it is closed, until it is forgotten or follows one again"
        : $"{view.Key} follows nobody";
}

/// <summary>Points a server at a name that cannot exist (orchestrator's <c>detach-replica</c>).</summary>
internal sealed class Detaches : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) => view.Link is { IsDetached: true } ? [] :
    [
        .. LinkRefusal.Of(view), .. OfOutside(view), .. LinkRefusal.OfPositions(view), .. LinkRefusal.OfWritable(view),
        .. LinkRefusal.OfFollowers(view), .. LinkRefusal.OfAcknowledgements(view), .. LinkRefusal.OfDrain(view),
    ];

    // Only a member is one that it can be reattached to.
    private static IEnumerable<Refusal> OfOutside(ChangeView view)
    {
        if (view.Link is { } link && view.Source is null)
            yield return new(
                $"{link.Source}, the source of {view.Key}, is no member of the cluster, so nothing could reattach it",
                $"adopt {link.Source}");
    }

    public override IEnumerable<Refusal> WhyNotGoOn(ChangeView view) =>
        ThreadStages.IsStill(view) ? LinkRefusal.OfUnapplied(view) : [];

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        if (view.Link is not { IsDetached: false } link) yield break;
        foreach (var stage in ThreadStages.DrainWhereNeeded(view, link)) yield return stage;
        yield return ThreadStages.Stop(view, ReplicationThreads.Both, $"{view.Key} is to lead nowhere");
        yield return view.Stage("detach", $"{view.Key} stands still",
            (new Detach(view.Where, link.Source), "an operator asked for it"));
    }

    public override IEnumerable<PlanStep> Back(ChangeView view) => [ThreadStages.Again(view)];

    public override string? Trouble(ChangeView view) =>
        view.Link is { IsDetached: true } ? null : $"{view.Key} follows {view.Link?.Source} still";

    public override string Says(ChangeView view) =>
        $"{view.Key} is detached from {(view.Link is { } link ? Detach.SourceOf(link) : null)}";
}

/// <summary>Keeps a server so far behind its source (orchestrator's <c>delay-replication</c>).</summary>
internal sealed class Delays : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) =>
        [.. LinkRefusal.Of(view), .. KeepsRelayLog(view) ? [] : LinkRefusal.OfUnapplied(view)];

    public override IEnumerable<Refusal> WhyNotGoOn(ChangeView view) =>
        ThreadStages.IsStill(view) && !Wanted(view).IsSatisfiedBy(view.Now) ? LinkRefusal.OfUnapplied(view) : [];

    private static SetDelay Wanted(ChangeView view) => new(view.Where, view.Details.DelaySeconds ?? 0);

    // The relay log is kept while one of the threads runs (manual, "CHANGE REPLICATION SOURCE TO"); on MariaDB both
    // have to stand still.
    private static bool KeepsRelayLog(ChangeView view) =>
        !IsMariaDb(view) && view.Link is { Receiver: not ReplicationThread.Stopped };

    private static bool IsMariaDb(ChangeView view) => view.Now.Version.Flavor == ServerFlavor.MariaDb;

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        var delay = Wanted(view);
        if (view.Link is null || (!view.Recovery.HasActed && delay.IsSatisfiedBy(view.Now))) return [];
        var threads = IsMariaDb(view) ? ReplicationThreads.Both : ReplicationThreads.Applier;
        return
        [
            ThreadStages.Stop(view, threads, $"{view.Key} is to be {delay.Seconds} s behind its source"),
            view.Stage("delay", $"{view.Key} stands still", (delay, "an operator asked for it")),
            .. ThreadStages.StartAgain(view),
        ];
    }

    public override IEnumerable<PlanStep> Back(ChangeView view) => [ThreadStages.Again(view)];

    public override string? Trouble(ChangeView view) =>
        Wanted(view).IsSatisfiedBy(view.Now) ? null : $"{view.Key} is not seen to have the delay it was told";

    public override string Kept(ChangeView view) =>
        Wanted(view).IsSatisfiedBy(view.Now) ? $"{view.Key} keeps the delay of {Wanted(view).Seconds} s" : "";

    public override string Says(ChangeView view) => view.Details.DelaySeconds is > 0 and var seconds
        ? $"{view.Key} applies {seconds} s late"
        : $"{view.Key} applies without a delay";
}
