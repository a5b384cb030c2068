using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>What takes a dead-primary recovery back to where it began, as long as nobody was told to accept writes: judged from what is seen, so it can be asked again.</summary>
internal sealed record FreezeRollback(Recovery Recovery, Topology Now, Member Old)
{
    private RecoveryPolicy Policy => Recovery.Policy;

    /// <summary>What is still to be undone on servers that are seen; one verb a server at a time.</summary>
    public ImmutableArray<PlannedStep> Steps => [.. OldSteps(), .. ReplicaSteps()];

    private IEnumerable<PlannedStep> ReplicaSteps() =>
        OriginalTopology.Touched(Recovery).Select(k => Now[k]).OfType<Member>().Where(m => m.IsSeen && m.Key != Old.Key).Select(ReplicaStep).OfType<PlannedStep>();

    /// <summary>What only a person can still undo, in words beginning with "; ", empty when nothing.</summary>
    public static string Leftovers(Recovery recovery, Topology now, Member old)
    {
        var text = string.Concat(new FreezeRollback(recovery, now, old).Steps.Select(s => $"; to be done by hand: {s.Step.Says}"));
        foreach (var key in OriginalTopology.Touched(recovery).Where(k => now[k] is not { IsSeen: true })) text += $"; {key} was not seen and may have its receiver stopped";
        foreach (var member in Forgotten(recovery, now).Where(_ => !recovery.Policy.HasReplicationAccount))
            text += $"; {member.Key} has no source any more and no replication account is configured (MySql:ReplicationUser)";
        return !old.IsSeen && WasFenced(recovery) ? text + $"; should {old.Key} come back read-only, the fence did that" : text;
    }

    private static bool WasFenced(Recovery recovery) => recovery.Stages.Any(s => s.Stage.Steps.Any(p => p.Step is Fence { WasWritable: true }));

    private static IEnumerable<Member> Forgotten(Recovery recovery, Topology now) =>
        recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<ForgetSource>().Select(s => now[s.Target.Key]).OfType<Member>().Where(m => m.Now is { Links.Length: 0 }).DistinctBy(m => m.Key);

    private IEnumerable<PlannedStep> OldSteps()
    {
        if (Old.Now is { ReadOnly: true } && WasFenced(Recovery) && !Now.Roots.Any(m => m.Now is { ReadOnly: false }))
            yield return new(new SetWritable(Old.Key), Tolerance.BestEffort, Policy.StepTimeout, "nobody replaced it, so the fence is lifted");
    }

    private PlannedStep? ReplicaStep(Member replica)
    {
        var instance = replica.Now!;
        // Told to acknowledge before its receiver starts: the receiver asks once, when it connects.
        if (SemiSyncRule.WaitsAsReplica(instance) && SemiSyncRule.WasToldToWait(Recovery, replica.Key))
            return new(SemiSyncRule.ForReplicaAgain(replica.Key), Tolerance.BestEffort, Policy.StepTimeout, "it is a replica as before");
        if (Now.LinkBetween(replica, Old.Key) is { } link)
            return link.Receiver == ReplicationThread.Stopped ? new(new StartReplication(replica.Key), Tolerance.BestEffort, Policy.StepTimeout, "undo the freeze") : null;
        if (instance.Links.Length == 0 && (!Policy.HasReplicationAccount || !Forgotten(Recovery, Now).Contains(replica))) return null; // not ours to undo
        return new(new PointTo(replica.Key, Old.Key), Tolerance.BestEffort, Policy.StepTimeout, $"it followed {Old.Key} before");
    }
}
