using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// What takes a dead-primary recovery back to where it began, as long as nobody was told to accept writes: judged from
/// what is seen, so it can be asked again.
/// </summary>
internal sealed record FreezeRollback(Recovery Recovery, Topology Topology, Member Old)
{
    private RecoveryPolicy Policy => Recovery.Policy;

    /// <summary>What is still to be undone on servers that are seen; one verb a server at a time.</summary>
    public ImmutableArray<PlannedStep> Steps => [.. OldSteps(), .. ReplicaSteps()];

    /// <summary>What only a person can still undo, in words beginning with "; ", empty when nothing.</summary>
    public string Leftovers
    {
        get
        {
            var unseen = OriginalTopology.Touched(Recovery).Where(k => Topology[k] is not { IsSeen: true });
            var forgotten = Policy.HasReplicationAccount ? [] : Forgotten;
            var fenced = !Old.IsSeen && WasFenced ? $"; should {Old.Key} come back read-only, the fence did that" : "";
            return string.Concat(
            [
                .. Steps.Select(s => $"; to be done by hand: {s.Step.Says}"),
                .. unseen.Select(key => $"; {key} was not seen and may have its receiver stopped"),
                .. forgotten.Select(m =>
                    $"; {m.Key} has no source any more and no replication account is configured "
                    + "(MySql:ReplicationUser)"),
                fenced,
            ]);
        }
    }

    private bool WasFenced => Recovery.Stages.Any(s => s.Stage.Steps.Any(p => p.Step is Fence { WasWritable: true }));

    /// <summary>Servers this recovery cut loose that follow nobody.</summary>
    private IEnumerable<Member> Forgotten =>
        Recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<ForgetSource>()
            .Select(s => Topology[s.Target.Key])
                .OfType<Member>().Where(m => m.Now is { Links.Length: 0 }).DistinctBy(m => m.Key);

    private IEnumerable<PlannedStep> OldSteps()
    {
        var hasWriter = Topology.Roots.Any(m => m.Now is { ReadOnly: false });
        if (Old.Now is { ReadOnly: true } && WasFenced && !hasWriter)
            yield return BestEffort(new SetWritable(Old.Key), "nobody replaced it, so the fence is lifted");
    }

    private IEnumerable<PlannedStep> ReplicaSteps() =>
        OriginalTopology.Touched(Recovery).Select(k => Topology[k]).OfType<Member>()
            .Where(m => m.IsSeen && m.Key != Old.Key).Select(ReplicaStep).OfType<PlannedStep>();

    private PlannedStep? ReplicaStep(Member replica)
    {
        var instance = replica.Now!;
        // Told to acknowledge before its receiver starts: the receiver asks once, when it connects.
        if (SemiSyncRule.WaitsAsReplica(instance) && SemiSyncRule.WasToldToWait(Recovery, replica.Key))
            return BestEffort(SemiSyncRule.ForReplicaAgain(replica.Key), "it is a replica as before");
        if (Topology.LinkBetween(replica, Old.Key) is { } link)
            return link.Receiver == ReplicationThread.Stopped
                ? BestEffort(new StartReplication(replica.Key), "undo the freeze")
                : null;
        var isOurs = Policy.HasReplicationAccount && Forgotten.Contains(replica);
        return instance.Links.Length > 0 || isOurs
            ? BestEffort(new PointTo(replica.Key, Old.Key), $"it followed {Old.Key} before")
            : null;
    }

    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, Policy.StepTimeout, because);
}
