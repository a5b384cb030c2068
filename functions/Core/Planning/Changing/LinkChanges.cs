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
        .. LinkRefusal.Of(view), .. LinkRefusal.OfWritable(view), .. LinkRefusal.OfAcknowledgements(view),
        .. LinkRefusal.OfUnapplied(view),
    ];

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        if (view.Link is not { } link) yield break;
        yield return ThreadStages.Stop(view, ReplicationThreads.Both, $"{view.Key} is to follow nobody");
        yield return view.Stage("forget", $"{view.Key} stands still",
            (ForgetSource.Of(view.Where, link), "an operator asked for it"),
            (MarkFormerPrimary.Of(view.Key), "should it be writable, it is closed at once"));
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
        .. LinkRefusal.Of(view), .. LinkRefusal.OfPositions(view), .. LinkRefusal.OfWritable(view),
        .. LinkRefusal.OfAcknowledgements(view),
    ];

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        if (view.Link is not { IsDetached: false } link) yield break;
        if (UnappliedTransactions.MustBeEmpty(view.Now, link, view.Source?.Current))
            foreach (var stage in ThreadStages.Drain(view, "what it received must not be forgotten"))
                yield return stage;
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

/// <summary>Lets a server find its place by GTID (orchestrator's <c>enable-gtid</c>).</summary>
internal sealed class UsesGtid : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) => view.Link is { AutoPosition: true } ? [] :
    [
        .. LinkRefusal.Of(view), .. LinkRefusal.OfDetached(view), .. OfBoth(view), .. LinkRefusal.OfUnapplied(view),
    ];

    private static IEnumerable<Refusal> OfBoth(ChangeView view)
    {
        if (view.Link is not { } link) return [];
        if (view.Source is not { Current: { } source } member)
            return [new($"{link.Source}, its source, was not seen", $"access to {link.Source} from here")];
        var off = new[] { view.Now, source }.Where(i => !i.Gtid.Enabled)
            .Select(i => new Refusal($"{i.Key} does not give GTIDs to all transactions", $"gtid_mode=ON on {i.Key}"));
        return
        [
            .. off, .. CanFollow.WhyNot(view.Topology, view.Server, member)
                .Select(r => r with { Because = $"{view.Key} {r.Because}" }),
        ];
    }

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        if (view.Link is { AutoPosition: true } && view.Recovery.Stages.IsEmpty) return [];
        return
        [
            ThreadStages.Stop(view, ReplicationThreads.Both, $"{view.Key} is to find its place by GTID"),
            view.Stage("use-gtid", $"{view.Key} stands still", (new UseGtid(view.Where), "an operator asked for it")),
            .. ThreadStages.StartAgain(view),
        ];
    }

    public override IEnumerable<PlanStep> Back(ChangeView view) => [ThreadStages.Again(view)];

    public override string Says(ChangeView view) => $"{view.Key} finds its place at {view.Link?.Source} by GTID";
}

/// <summary>Keeps a server so far behind its source (orchestrator's <c>delay-replication</c>).</summary>
internal sealed class Delays : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) =>
        [.. LinkRefusal.Of(view), .. KeepsRelayLog(view) ? [] : LinkRefusal.OfUnapplied(view)];

    // The relay log is kept while one of the threads runs (manual, "CHANGE REPLICATION SOURCE TO"); on MariaDB both
    // have to stand still.
    private static bool KeepsRelayLog(ChangeView view) =>
        !IsMariaDb(view) && view.Link is { Receiver: not ReplicationThread.Stopped };

    private static bool IsMariaDb(ChangeView view) => view.Now.Version.Flavor == ServerFlavor.MariaDb;

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        var delay = new SetDelay(view.Where, view.Details.DelaySeconds ?? 0);
        if (view.Recovery.Stages.IsEmpty && delay.IsSatisfiedBy(view.Now)) return [];
        var threads = IsMariaDb(view) ? ReplicationThreads.Both : ReplicationThreads.Applier;
        return
        [
            ThreadStages.Stop(view, threads, $"{view.Key} is to be {delay.Seconds} s behind its source"),
            view.Stage("delay", $"{view.Key} stands still", (delay, "an operator asked for it")),
            .. ThreadStages.StartAgain(view),
        ];
    }

    public override IEnumerable<PlanStep> Back(ChangeView view) => [ThreadStages.Again(view)];

    public override string Says(ChangeView view) => view.Details.DelaySeconds is > 0 and var seconds
        ? $"{view.Key} applies {seconds} s late"
        : $"{view.Key} applies without a delay";
}
