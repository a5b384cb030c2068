using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// What takes a dead-primary recovery back to where it began, as long as nobody was told to accept writes: judged from
/// what is seen, so it can be asked again. It touches only what is still as this recovery left it (S19): a receiver it
/// has stopped, a link it has set or removed. What somebody else has done meanwhile is left so, and said.
/// </summary>
internal sealed record FreezeRollback(Recovery Recovery, Topology Topology, Member Old)
{
    private RecoveryPolicy Policy => Recovery.Policy;

    /// <summary>What is still to be undone on servers that are seen; one verb a server at a time.</summary>
    public ImmutableArray<PlannedStep> Steps =>
        [.. OldSteps(), .. Touched.Where(m => m.IsSeen).Select(ReplicaStep).OfType<PlannedStep>()];

    /// <summary>What only a person can still undo, in words beginning with "; ", empty when nothing.</summary>
    public string Leftovers
    {
        get
        {
            var unseen = OriginalTopology.Touched(Recovery).Where(k => Topology[k] is not { IsSeen: true });
            var forgotten = Policy.HasReplicationAccount ? [] : Touched.Where(IsForgotten);
            var fenced = !Old.IsSeen && WasFenced ? $"; should {Old.Key} come back read-only, the fence did that" : "";
            return string.Concat(
            [
                .. Steps.Select(s => $"; to be done by hand: {s.Step.Says}"),
                .. unseen.Select(key => $"; {key} was not seen and may have its receiver stopped"),
                .. forgotten.Select(m =>
                    $"; {m.Key} has no source any more and no replication account is configured "
                    + "(MySql:ReplicationUser)"),
                .. Touched.Select(LeftAlone).OfType<string>(),
                fenced,
            ]);
        }
    }

    private bool WasFenced => Planned.Any(step => step is Fence { WasWritable: true });

    private IEnumerable<PlanStep> Planned => Recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step);

    /// <summary>What this recovery itself has changed, or may have: what was true before was not its doing.</summary>
    private IEnumerable<PlanStep> Done => Recovery.Stages.Where(s => !StopsSent.WasUnsent(s)).SelectMany(s =>
        s.Stage.Steps.Where((p, i) => i >= s.Results.Length || MayHaveChanged(p.Step, s.Results[i]))
            .Select(p => p.Step));

    // A receiver that was not told to stop, or refused to, runs or was stopped by somebody else.
    private bool MayHaveChanged(PlanStep step, StepResult result) => result.State != StepState.AlreadyTrue
        && !(step is StopReceiving && result.IsRefused && !Recovery.HandedOver.Contains(step));

    private IEnumerable<Member> Touched => OriginalTopology.Touched(Recovery).Select(k => Topology[k])
        .OfType<Member>().Where(m => m.Key != Old.Key);

    private IEnumerable<PlannedStep> OldSteps()
    {
        var hasWriter = Topology.Roots.Any(m => m.Key != Old.Key && m.Current is { ReadOnly: false });
        if (!WasFenced || hasWriter || HasLost) yield break;
        if (Old.Current is { ReadOnly: true })
            yield return BestEffort(new SetWritable(Old.Key), "nobody replaced it, so the fence is lifted");
        else if (Old.IsSeen && Recovery.MayStillClose(Old.Key))
            yield return BestEffort(new SetWritable(Old.Key), "a fence that is still on its way would close it later");
    }

    // It restarted and lost what its replicas have: it stays closed, and the ledger says so.
    private bool HasLost => Old.Current is { ReadOnly: true, IsReadOnlyPending: false }
        && Owed.WhyBehind(OriginalTopology.Of(Recovery, Topology, Old), Old) is not null;

    private PlannedStep? ReplicaStep(Member replica)
    {
        var instance = replica.Current!;
        if (IsWriter(replica)) return null;
        if (SemiSyncRule.ForReplicaAgain(Recovery, replica) is { } role)
            return BestEffort(role, "it is a replica as before");
        if (Topology.LinkBetween(replica, Old.Key) is { } link)
            return link.Receiver == ReplicationThread.Stopped
                && WasStoppedHere(replica.Key) && !UnappliedTransactions.WouldBeLost(Topology, replica, link)
                ? BestEffort(Starting(LinkTarget.Of(replica, link)), "undo the freeze")
                : null;
        var isOurs = (IsForgotten(replica) && Policy.HasReplicationAccount) || IsAsWeLinked(replica);
        var target = Topology.FollowsNobody(instance)
            ? LinkTarget.Beside(Topology, replica, Old.Key)
            : LinkTarget.Of(Topology, replica);
        var threads = ThreadsAsTheyWere.Threads(Recovery, Topology, replica.Key, instance.LinkOf(target.ChannelName));
        var back = new PointTo(target, Old.Key)
        {
            Threads = threads, WasReceiving = StartReplication.OfReceivers(threads),
        };
        return isOurs ? BestEffort(back, $"it followed {Old.Key} before") : null;
    }

    private string? LeftAlone(Member replica)
    {
        if (replica.Current is not { } instance) return null;
        if (IsWriter(replica)) return $"; {replica.Key} accepts writes and is left so";
        if (Topology.LinkBetween(replica, Old.Key) is { } old)
            return old.Receiver == ReplicationThread.Stopped
                && UnappliedTransactions.WouldBeLost(Topology, replica, old)
                ? $"; {replica.Key} is left stopped, because started without its applier it would throw away what it "
                    + "has not applied"
                : null;
        if (IsAsWeLinked(replica)) return null;
        // A channel with a name that comes from outside of the cluster was there before.
        var link = LinkTarget.Meant(Topology, replica)
            ?? instance.Links.FirstOrDefault(l => l.Channel.Length == 0 || Topology.SourceOf(l) is not null);
        return link is null ? null : $"; {replica.Key} was pointed to {link.Source} by somebody else and is left so";
    }

    // The receiver alone: an applier that stood still before was stopped by somebody else, maybe to keep something out.
    // What was to point it elsewhere stops both, be it refused after that.
    private StartReplication Starting(StepTarget link) => new(link)
    {
        Threads = MayHaveStoppedApplier(link.Key) ? ReplicationThreads.Both : ReplicationThreads.Receiver,
    };

    private bool MayHaveStoppedApplier(InstanceKey key) =>
        Done.Any(step => step is PointTo or ForgetSource && step.Target.Key == key)
        && Planned.OfType<StopReceiving>().FirstOrDefault(s => s.Target.Key == key) is null or { WasApplying: true };

    /// <summary>Somebody else opened it: what it has by now may be nowhere else.</summary>
    private bool IsWriter(Member member) => member.Current is { ReadOnly: false } && Topology.Roots.Contains(member);

    // What is pointed or cut loose was frozen first, unless it stood still already.
    private bool WasStoppedHere(InstanceKey key) => Done.Where(s => s.Target.Key == key).Any(StopsWhatRan);

    private bool StopsWhatRan(PlanStep step) => step switch
    {
        StopReceiving { WasReceiving: true } => true,
        PointTo { WasReceiving: true } => Planned.Any(s => s is StopReceiving && s.Target.Key == step.Target.Key),
        StopReceiving or PointTo or ForgetSource => Recovery.HasToldToStop(step.Target.Key),
        _ => false,
    };

    /// <summary>This recovery cut it loose, and it follows nobody.</summary>
    private bool IsForgotten(Member member) => member.Current is { } now && Topology.FollowsNobody(now)
        && Done.Any(step => step is ForgetSource && step.Target.Key == member.Key && IsGone(now, step.Target));

    private static bool IsGone(Instance now, StepTarget link) =>
        now.Links.IsEmpty || (link.ChannelName is { } channel && now.LinkOf(channel) is null);

    /// <summary>It follows whom this recovery pointed it to.</summary>
    private bool IsAsWeLinked(Member member) => Done.OfType<PointTo>().Any(p => p.Target.Key == member.Key
        && member.Current?.LinkOf(p.Target.ChannelName) is { } link && IsFrom(link, p.Source));

    private bool IsFrom(ReplicationLink link, InstanceKey source) =>
        link.Source == source || Topology.SourceOf(link)?.Key == source;

    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, Policy.StepTimeout, because);
}
