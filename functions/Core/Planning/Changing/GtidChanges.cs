using System.Text.RegularExpressions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>
/// Lets a server go on after a transaction that it cannot apply: an empty one is committed in its place. The server
/// names the transaction in its error; where it does not, nothing is guessed.
/// </summary>
internal sealed class SkipsTransaction : ServerChange
{
    // "… Worker 1 failed executing transaction '3e11fa47-…:23' at source log …", from 5.7 to 9.7; with tags since 8.3.
    private static readonly Regex Named = new(
        "transaction '(?<gtid>[0-9A-Fa-f-]{36}(:[A-Za-z_][A-Za-z0-9_]{0,31})?:[0-9]+)'", RegexOptions.CultureInvariant);

    /// <summary>The transaction that an error of an applier names; null where it names none.</summary>
    public static GtidSet? Failed(ReplicationLink link)
    {
        var match = Named.Match(link.ApplierError);
        return match.Success && GtidSet.TryParse(match.Groups["gtid"].Value, out var set, out _) ? set : null;
    }

    public override IEnumerable<Refusal> WhyNot(ChangeView view) =>
        view.Link is { } link ? OfLink(view, link) : LinkRefusal.Of(view);

    private static IEnumerable<Refusal> OfLink(ChangeView view, ReplicationLink link)
    {
        if (view.Now.Version.Flavor == ServerFlavor.MariaDb)
            return [new($"{view.Key} runs MariaDB, which does not say which transaction failed",
                $"gtid_slave_pos set on {view.Key} by hand, behind that transaction")];
        if (link.ApplierErrorNumber == 0)
            return [new($"the applier of {view.Key} met no error: there is nothing to skip")];
        return Failed(link) is null
            ? [new($"the error of {view.Key} does not name its transaction: {link.ApplierError}",
                "GTIDs (gtid_mode=ON)")]
            : LinkRefusal.Of(view);
    }

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        var failed = Told(view) is null && view.Link is { } link ? Failed(link) : null;
        if (failed is not null)
            yield return view.Stage("skip", $"the applier stopped: {view.Link!.ApplierError}",
                (new SkipTransactions(view.Key, failed), "an operator asked for it"));
        yield return view.Stage("start", $"{view.Key} takes it as executed",
            (new StartReplication(view.Where) { Threads = ReplicationThreads.Applier }, "it goes on behind it"));
    }

    public override string? Trouble(ChangeView view) => ThreadStages.Trouble(view);

    public override string Kept(ChangeView view) =>
        Told(view) is { } told && new SkipTransactions(view.Key, told).IsSatisfiedBy(view.Now)
            ? $"{view.Key} takes {told} as executed"
            : "";

    public override string Says(ChangeView view) =>
        $"{view.Key} applies again; what {Told(view)} did is missing on it";

    private static GtidSet? Told(ChangeView view) => view.Recovery.Stages.SelectMany(s => s.Stage.Steps)
        .Select(s => s.Step).OfType<SkipTransactions>().FirstOrDefault()?.Transactions;
}

/// <summary>What the two ways to get rid of errant transactions have in common.</summary>
internal abstract class ErrantChange : ServerChange
{
    /// <summary>What the server has executed and its cluster has not; null where that cannot be told.</summary>
    protected static GtidSet? Errant(ChangeView view)
    {
        if (view.Topology.Primary is not { Current: not null } primary) return null;
        var seen = view.Topology.Members.Where(m => m.Current is not null && m.Key != primary.Key).ToArray();
        return ErrantTransactions.Below(view.Topology, view.Server, primary, seen) as GtidSet;
    }

    public override IEnumerable<Refusal> WhyNot(ChangeView view)
    {
        if (view.IsPrimary) return [new($"{view.Key} is the primary: what it has is what the others should have")];
        if (view.Topology.Primary is not { Current: { } primary })
            return [new($"the primary of cluster {view.Topology.Cluster} was not seen", "a primary that answers")];
        if (Errant(view) is not { } errant || primary.Gtid.Executed is not GtidSet)
            return [new($"{view.Key} runs MariaDB, whose transactions cannot be marked as executed one by one",
                $"a new copy of the data for {view.Key}")];
        return errant.IsEmpty
            ? [new($"{view.Key} has no transaction that its cluster lacks: there is nothing to do")]
            : [.. OfPlace(view), .. OfErrant(view, errant)];
    }

    // What comes from elsewhere, or has yet to reach the primary, is nobody's mistake.
    private static IEnumerable<Refusal> OfPlace(ChangeView view)
    {
        var (topology, key) = (view.Topology, view.Key);
        foreach (var link in view.Now.Links.Where(l => !l.IsDetached && topology.SourceOf(l) is null))
            yield return new(
                $"{key} replicates from {link.Source} too, which is no member of the cluster: what came from there "
                + $"cannot be told from what {key} wrote",
                $"one source for {key} within the cluster");
        if (topology.IsInRing(view.Server) || topology.DescendantsOf(key).Contains(topology.Primary!.Key))
            yield return new(
                $"the primary {topology.Primary!.Key} follows {key}: what {key} has may be on its way there",
                "replication in one direction");
    }

    protected abstract IEnumerable<Refusal> OfErrant(ChangeView view, GtidSet errant);
}

/// <summary>
/// Commits empty transactions on the primary in place of a server's errant ones, so that the whole cluster has executed
/// them. What they did stays on that server alone.
/// </summary>
internal sealed class CommitsErrant : ErrantChange
{
    protected override IEnumerable<Refusal> OfErrant(ChangeView view, GtidSet errant)
    {
        var primary = view.Topology.Primary!;
        if (!primary.Current!.AcceptsWrites)
            yield return new($"the primary {primary.Key} refuses writes", $"open {primary.Key}");
        if (errant.Count > SkipTransactions.Most)
            yield return new(
                $"{view.Key} has {errant.Count} of them, and at most {SkipTransactions.Most} are committed",
                $"a new copy of the data for {view.Key}");
    }

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        if (Told(view) is null && Errant(view) is { IsEmpty: false } errant)
            yield return view.Stage("commit", $"{view.Key} has executed {errant}, and its cluster has not",
                (new SkipTransactions(view.Topology.Primary!.Key, errant), "the others take them as executed then"));
    }

    public override string Says(ChangeView view) =>
        $"{Told(view)?.Target.Key} has empty transactions in place of {Told(view)?.Transactions}; "
        + $"what they did stays on {view.Key}, and where that came from or went to";

    private static SkipTransactions? Told(ChangeView view) => view.Recovery.Stages.SelectMany(s => s.Stage.Steps)
        .Select(s => s.Step).OfType<SkipTransactions>().FirstOrDefault();
}

/// <summary>
/// Lets a server forget that it has executed errant transactions: its binary logs are deleted and what it has executed
/// is set without them. What they did stays in its data.
/// </summary>
internal sealed class ForgetsErrant : ErrantChange
{
    protected override IEnumerable<Refusal> OfErrant(ChangeView view, GtidSet errant)
    {
        if (view.Topology.HasReplicas(view.Key))
            yield return new(
                $"servers follow {view.Key}, and its binary logs are deleted", $"a move of what follows {view.Key}");
        if (view.Now.Links.Length > 1)
            yield return new(
                $"{view.Key} replicates from {view.Now.Links.Length} sources", $"one source for {view.Key}");
        foreach (var refusal in OfSource(view, errant)) yield return refusal;
        foreach (var refusal in LinkRefusal.Of(view)) yield return refusal;
        foreach (var refusal in LinkRefusal.OfPositions(view)) yield return refusal;
        foreach (var refusal in LinkRefusal.OfAcknowledgements(view)) yield return refusal;
    }

    // A source that has them sends them again, and they would be applied twice.
    private static IEnumerable<Refusal> OfSource(ChangeView view, GtidSet errant)
    {
        if (view.Source is not { Current.Gtid.Executed: GtidSet there } source)
            yield return new($"the source of {view.Key} was not seen", "access to it from here");
        else if (there.Overlaps(errant))
            yield return new($"{source.Key}, its source, has them too and would send them again",
                $"forget-errant {source.Key} first");
    }

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        yield return ThreadStages.Stop(view, ReplicationThreads.Both, $"{view.Key} is to forget {Errant(view)}");
        if (Told(view) is null && Errant(view) is { IsEmpty: false } errant
            && view.Now.Gtid.Executed is GtidSet executed)
            yield return view.Stage("reset", $"{view.Key} has executed {errant}, and its cluster has not",
                (new ResetGtids(view.Key, executed.Except(errant)) { Executed = executed },
                    "an operator asked for it"));
        foreach (var stage in ThreadStages.StartAgain(view)) yield return stage;
    }

    // Without what it has executed it would ask its source for everything from the beginning.
    public override IEnumerable<PlanStep> Back(ChangeView view) =>
        Lost(view) is null ? [ThreadStages.Again(view)] : [];

    public override string Remedy(ChangeView view) => Lost(view) is { } lost
        ? $"gtid_purged='{lost}' set on {view.Key} by hand, then start-replication {view.Key}"
        : "";

    public override string Kept(ChangeView view) => Told(view) is { } reset && reset.IsSatisfiedBy(view.Now)
        ? $"{view.Key} counts {reset.Keep} as executed, and its binary logs begin anew"
        : "";

    private static GtidSet? Lost(ChangeView view) =>
        Told(view) is { } reset && !new SkipTransactions(view.Key, reset.Keep).IsSatisfiedBy(view.Now)
            ? reset.Keep
            : null;

    public override string Says(ChangeView view) =>
        $"{view.Key} counts {Told(view)?.Keep} as executed, and what it replicates since; its binary logs begin anew";

    private static ResetGtids? Told(ChangeView view) => view.Recovery.Stages.SelectMany(s => s.Stage.Steps)
        .Select(s => s.Step).OfType<ResetGtids>().FirstOrDefault();
}
