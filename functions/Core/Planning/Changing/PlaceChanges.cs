using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>Lets a server find its place by GTID (orchestrator's <c>enable-gtid</c>).</summary>
internal sealed class UsesGtid : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) => view.Link is { AutoPosition: true } ? [] :
    [
        .. LinkRefusal.Of(view), .. LinkRefusal.OfDetached(view), .. OfBoth(view), .. LinkRefusal.OfDrain(view),
    ];

    public override IEnumerable<Refusal> WhyNotGoOn(ChangeView view) =>
        ThreadStages.IsStill(view) && view.Link is { AutoPosition: false } ? LinkRefusal.OfUnapplied(view) : [];

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
        if (view.Link is not { } link || (link.AutoPosition && !view.Recovery.HasActed)) return [];
        return
        [
            .. link.AutoPosition ? [] : ThreadStages.DrainWhereNeeded(view, link),
            ThreadStages.Stop(view, ReplicationThreads.Both, $"{view.Key} is to find its place by GTID"),
            view.Stage("use-gtid", $"{view.Key} stands still", (new UseGtid(view.Where), "an operator asked for it")),
            .. ThreadStages.StartAgain(view),
        ];
    }

    public override IEnumerable<PlanStep> Back(ChangeView view) => [ThreadStages.Again(view)];

    public override string Kept(ChangeView view) =>
        view.Link is { AutoPosition: true } ? $"{view.Key} finds its place by GTID from now on" : "";

    public override string Says(ChangeView view) => $"{view.Key} finds its place at {view.Link?.Source} by GTID";
}

/// <summary>
/// Lets a server find its place by file and position (orchestrator's <c>disable-gtid</c>). It goes on where its
/// applier ended. MySQL leaves out a transaction that it has executed already, MariaDB does not: there the position has
/// to be one that it has just learnt from its source, and all it received has to be applied.
/// </summary>
internal sealed class UsesFilePosition : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) => view.Link is { AutoPosition: false } ? [] :
    [
        .. LinkRefusal.Of(view), .. LinkRefusal.OfDetached(view), .. OfUnknown(view), .. OfCounted(view),
        .. LinkRefusal.OfApplier(view, ""),
    ];

    public override IEnumerable<Refusal> WhyNotGoOn(ChangeView view)
    {
        if (!ThreadStages.IsStill(view) || view.Link is not { AutoPosition: true } link) return [];
        return
        [
            .. LinkRefusal.OfUnapplied(view),
            .. link.ExecutedPosition is null || !IsExact(view, link) ? [NotOnePlace(view)] : Array.Empty<Refusal>(),
        ];
    }

    private static bool IsMariaDb(ChangeView view) => view.Now.Version.Flavor == ServerFlavor.MariaDb;

    private static bool IsExact(ChangeView view, ReplicationLink link) => !IsMariaDb(view)
        || (link.AppliedAllByPosition == true && UnappliedTransactions.IsApplied(view.Now, link) == true);

    private static Refusal NotOnePlace(ChangeView view) => new(
        $"the file and position of {view.Key} are not known to be where its GTIDs are",
        $"start-replication {view.Key}");

    // One that stands still may have kept a position from before a crash.
    private static IEnumerable<Refusal> OfUnknown(ChangeView view)
    {
        if (view.Link is not { } link) yield break;
        if (link.ExecutedPosition is null || (IsMariaDb(view) && !link.IsReplicating))
            yield return NotOnePlace(view);
    }

    // What it acknowledges counts as kept, and by file and position it is not promoted.
    private static IEnumerable<Refusal> OfCounted(ChangeView view)
    {
        if (SemiSyncRule.Acknowledges(view.Now))
            yield return new(
                $"{view.Key} acknowledges, and by file and position it could not be promoted with what it acknowledged",
                $"semi-sync {view.Key} --acknowledges false");
    }

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        if (view.Link is not { } link || (!link.AutoPosition && !view.Recovery.HasActed)) return [];
        return
        [
            .. link.AutoPosition ? ThreadStages.Drain(view, "its position is to be that of all it has received") : [],
            ThreadStages.Stop(view, ReplicationThreads.Both, $"{view.Key} is to find its place by file and position"),
            view.Stage("use-file-position", $"{view.Key} stands still{At(link)}; {Warning(view)}",
                (new UseFilePosition(view.Where), "an operator asked for it")),
            .. ThreadStages.StartAgain(view),
        ];
    }

    private static string At(ReplicationLink link) =>
        link.ExecutedPosition is { } at ? $" at {at} of {link.Source}" : "";

    private static string Warning(ChangeView view) =>
        $"{view.Key} is not promoted and not moved here until use-gtid {view.Key}";

    // Its place by GTID is what it has executed, whatever was fetched by position meanwhile.
    public override IEnumerable<PlanStep> Back(ChangeView view) => view.Link is { AutoPosition: false }
        ? [new StopReplication(view.Where), new UseGtid(view.Where), ThreadStages.Again(view)]
        : [ThreadStages.Again(view)];

    public override string? Trouble(ChangeView view) => view.Link is { AutoPosition: false }
        ? null
        : $"{view.Key} finds its place by GTID still";

    public override string Says(ChangeView view) =>
        $"{view.Key} finds its place at {view.Link?.Source} by file and position; {Warning(view)}";
}
