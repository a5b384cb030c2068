using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>What keeps the replication of a server from being changed, whatever the change is.</summary>
internal static class LinkRefusal
{
    /// <summary>How a check is left out.</summary>
    public const string Force = "--force (force=true)";

    /// <summary>There is no link, or which one is meant is not known.</summary>
    public static IEnumerable<Refusal> Of(ChangeView view)
    {
        var key = view.Key;
        if (MovedLink.IsUnclear(view.Topology, view.Server))
            yield return new(
                $"{key} replicates from {view.Now.Links.Length} sources; which link is meant is not known",
                $"one source for {key} within the cluster");
        else if (view.Link is null)
            yield return new($"{key} follows nobody", $"a source for {key} (relocate)");
    }

    /// <summary>It leads nowhere, by a person's wish.</summary>
    public static IEnumerable<Refusal> OfDetached(ChangeView view)
    {
        if (view.Link is { IsDetached: true })
            yield return new($"{view.Key} is detached", $"reattach {view.Key}");
    }

    /// <summary>A writer would have to wait for acknowledgements that nobody gives any more.</summary>
    public static IEnumerable<Refusal> OfAcknowledgements(ChangeView view)
    {
        if (view.Details.IsForced || view.Source is not { } source) yield break;
        if (view.Link is { Receiver: ReplicationThread.Stopped }) yield break;
        if (SemiSyncRule.WhyNotWithout(view.Topology, view.Server, source) is { } refusal)
            yield return refusal with { Remedy = $"{refusal.Remedy}; or {Force}, and its commits wait" };
    }

    /// <summary>Without a source it would be one more writer (S1).</summary>
    public static IEnumerable<Refusal> OfWritable(ChangeView view)
    {
        if (view.Now.AcceptsWrites)
            yield return new(
                $"{view.Key} accepts writes: without a source it would be one more writer", $"close {view.Key}");
    }

    /// <summary>What it has received and not applied would be thrown away, and its source lacks it.</summary>
    public static IEnumerable<Refusal> OfUnapplied(ChangeView view)
    {
        if (view.Link is not { } link) yield break;
        if (UnappliedTransactions.WhyNotDiscard(view.Now, link, view.Source?.Current) is { } refusal)
            yield return refusal with { Because = $"{view.Key} {refusal.Because}" };
    }

    /// <summary>
    /// It would have to apply what it has received first, and cannot: it waits for its delay to pass, or a person has
    /// stopped its applier.
    /// </summary>
    public static IEnumerable<Refusal> OfApplier(ChangeView view, string instead)
    {
        if (view.Link is not { } link || UnappliedTransactions.IsApplied(view.Now, link) == true) yield break;
        if (link.Applier == ReplicationThread.Stopped)
            yield return new(
                $"the applier of {view.Key} stands still, so it does not apply what it has received",
                $"start-replication {view.Key}{instead}");
        if (link.DelaySeconds > 0)
            yield return new(
                $"{view.Key} applies {link.DelaySeconds} s late, so it has not applied all for so long",
                $"{view.Key} without a delay{instead}");
    }

    /// <summary>The same where what it has received must not be forgotten.</summary>
    public static IEnumerable<Refusal> OfDrain(ChangeView view) =>
        view.Link is { } link && UnappliedTransactions.MustBeEmpty(view.Now, link, view.Source?.Current)
            ? OfApplier(view, "")
            : [];

    /// <summary>What follows it would be cut off from the primary with it (L2).</summary>
    public static IEnumerable<Refusal> OfFollowers(ChangeView view)
    {
        if (!view.IsPrimary && view.Topology.HasReplicas(view.Key))
            yield return new(
                $"servers follow {view.Key}, and would be cut off from the primary with it",
                $"relocate-replicas {view.Key}");
    }

    /// <summary>It finds its place by file and position, which a change of its source's name forgets.</summary>
    public static IEnumerable<Refusal> OfPositions(ChangeView view)
    {
        if (view.Link is { AutoPosition: false })
            yield return new($"{view.Key} does not use GTID auto-position", $"use-gtid {view.Key}");
    }
}
