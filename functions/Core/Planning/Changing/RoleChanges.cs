using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>
/// Sets whether a server waits for acknowledgements as a source, and gives them as a replica (orchestrator's
/// <c>enable-semi-sync-replica</c> and its siblings).
/// </summary>
internal sealed class ChangesSemiSync : ServerChange
{
    public override IEnumerable<Refusal> WhyNotWhatever(ChangeView view)
    {
        if (!view.Now.SemiSync.Available)
            yield return new($"{view.Key} has no semi-sync plugin", "INSTALL PLUGIN rpl_semi_sync_source, "
                + "and rpl_semi_sync_replica");
    }

    public override IEnumerable<Refusal> WhyNot(ChangeView view)
    {
        var (now, wanted) = (view.Now.SemiSync, view.Details);
        if (wanted is { Waits: null, Acknowledges: null })
            return [new("it was not said what the server shall do", "--waits or --acknowledges")];
        if (!now.Available) return WhyNotWhatever(view);
        return [.. wanted.Waits == true && !now.SourceEnabled ? OfNobody(view) : [],
            .. wanted.Acknowledges == false ? LinkRefusal.OfAcknowledgements(view) : []];
    }

    private static IEnumerable<Refusal> OfNobody(ChangeView view)
    {
        var wait = Math.Max(1, view.Now.SemiSync.WaitForReplicas);
        var ackers = view.Topology.ReplicasOf(view.Key).Count(r => SemiSyncRule.Acknowledges(r.Current)
            && view.Topology.LinkBetween(r, view.Key) is { Receiver: ReplicationThread.Running });
        if (ackers < wait && !view.Details.IsForced)
            yield return new(
                $"{view.Key} would wait for {wait} acknowledgements, and {ackers} of its replicas give them",
                $"semi-sync on a replica first; or {LinkRefusal.Force}, and its commits wait");
    }

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        (PlanStep, string)[] receives = view.Link is { Receiver: not ReplicationThread.Stopped }
            ? [(new StartReplication(view.Where) { Threads = ReplicationThreads.Receiver }, "it receives as before")]
            : [];
        yield return view.Stage("change", $"{view.Key} is to take another part in semi-sync",
            [(Wanted(view), "an operator asked for it"), .. receives]);
    }

    private static SetSemiSync Wanted(ChangeView view)
    {
        var (now, wanted) = (view.Now.SemiSync, view.Details);
        return new(view.Key, wanted.Waits ?? now.SourceEnabled, wanted.Acknowledges ?? now.ReplicaEnabled,
            Math.Max(1, now.WaitForReplicas), now.TimeoutMilliseconds)
        {
            WasAcknowledging = now.ReplicaEnabled,
        };
    }

    public override string Says(ChangeView view) => (view.Now.SemiSync.SourceEnabled, view.Now.SemiSync.ReplicaEnabled)
        switch
    {
        (true, true) => $"{view.Key} waits for acknowledgements as a source, and acknowledges as a replica",
        (true, false) => $"{view.Key} waits for acknowledgements as a source",
        (false, true) => $"{view.Key} acknowledges as a replica",
        _ => $"{view.Key} takes no part in semi-sync",
    };
}

/// <summary>Makes a server refuse writes (orchestrator's <c>set-read-only</c>).</summary>
internal sealed class Closes : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) => [];

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        yield return view.Stage("close",
            view.IsPrimary ? $"nobody can write to the cluster until {view.Key} is opened" : $"{view.Key} is no writer",
            (new SetReadOnly(view.Key), "an operator asked for it"));
    }

    public override string Says(ChangeView view) =>
        view.IsPrimary ? $"{view.Key} refuses writes, and it is the primary" : $"{view.Key} refuses writes";
}
