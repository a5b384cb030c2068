using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// What somebody did by hand to replicas of a dead primary while it is replaced: a replica that was pointed elsewhere
/// is that person's by then (S12, S19), and one that hears the old primary again is a sign of its life, be it at
/// another address (S8).
/// </summary>
internal sealed record HandledReplicas(Recovery Recovery, Topology Topology, Member Old)
{
    /// <summary>Replicas that are neither promoted nor pointed to a new primary, and why.</summary>
    public ImmutableDictionary<InstanceKey, Refusal> Refusals => Pointed.ToImmutableDictionary(
        p => p.Replica.Key,
        p => new Refusal(
            $"was pointed to {p.Link.Source} by somebody else meanwhile, which no server of the cluster is known by",
            $"discover {p.Link.Source}, or {p.Replica.Key} pointed back"));

    /// <summary>
    /// Why nobody is promoted now; null when nothing of this kind keeps anybody from it, and where a person vouches
    /// that the old primary is off.
    /// </summary>
    public Refusal? WhyNotGoOn => Recovery.Request is { PrimaryIsDead: true } ? null : OfHearing ?? OfReceiving;

    private Refusal? OfHearing => Hearing is { } hearing
        ? new($"{hearing.Key} was started by somebody else meanwhile, and hears from {Old.Key}",
            $"a failover with {OperatorRequest.Vouching}")
        : null;

    private Refusal? OfReceiving => Topology.ReceivingElsewhere(Old.Key)
        .Select(e => new Refusal(
            $"{e.Member.Key} receives from {e.Link.Source}, which no server of the cluster is known by: "
            + $"that may be {Old.Key} at another address",
            $"discover {e.Link.Source}, or a failover with {OperatorRequest.Vouching}"))
        .FirstOrDefault();

    private IEnumerable<Member> Touched => OriginalTopology.Touched(Recovery).Where(k => k != Old.Key)
        .Select(k => Topology[k]).OfType<Member>().Where(m => m.Current is { KnowsLinks: true });

    private Member? Hearing => Touched.FirstOrDefault(m =>
        WasStopped(m.Key) && Topology.LinkBetween(m, Old.Key) is { HasJustHeard: true });

    // No recovery points anybody to an address that leads to no member. A channel with a name of its own that comes
    // from there was made beside ours.
    private IEnumerable<(Member Replica, ReplicationLink Link)> Pointed =>
        from replica in Touched
        let channel = OriginalTopology.Channel(Recovery, replica.Key)
        let link = replica.Current!.LinkOf(channel)
        where link is not null && link.Channel == (channel ?? "") && LeadsNowhere(link)
        select (replica, link);

    private bool LeadsNowhere(ReplicationLink link) => !link.IsDetached && Topology.SourceOf(link) is null;

    // A stop that has not ended yet leaves a receiver that runs.
    private bool WasStopped(InstanceKey key) => Recovery.Stages.SelectMany(s => s.StepsWithResults)
        .Any(p => p is { Step: StopReceiving, Result.IsSuccess: true } && p.Step.Target.Key == key);
}
