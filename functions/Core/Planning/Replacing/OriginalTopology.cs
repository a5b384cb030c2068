using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// The old primary's replicas as they stood before a recovery moved any of them. A second choice, its durability and
/// the list of the lost are made over all of them, wherever the first choice has put them meanwhile.
/// </summary>
internal static class OriginalTopology
{
    /// <summary>
    /// The topology with every replica this recovery touched drawn below the old primary again; nothing but its link is
    /// changed.
    /// </summary>
    public static Topology Of(Recovery recovery, Topology topology, Member old) =>
        Touched(recovery).Where(k => k != old.Key).Select(k => Moved(recovery, topology, old, k)).OfType<Member>()
            .Aggregate(topology, (all, member) => all.With(member));

    // Null where it is below the old primary still, or was never seen.
    private static Member? Moved(Recovery recovery, Topology topology, Member old, InstanceKey key)
    {
        if (topology[key] is not { LastKnown: { } known } member) return null;
        if (topology.LinkBetween(member, old.Key) is not null) return null;
        var semiSync = Acknowledging(recovery, key, known);
        return Redrawn(member, known with { Links = Below(old, known, Channel(recovery, key)), SemiSync = semiSync });
    }

    // The one that was stopped or moved first; the links of other channels stay.
    public static string? Channel(Recovery recovery, InstanceKey key) =>
        recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step)
            .First(s => s is (StopReceiving or PointTo or ForgetSource) && s.Target.Key == key).Target.ChannelName;

    private static ImmutableArray<ReplicationLink> Below(Member old, Instance known, string? channel) =>
        known.LinkOf(channel) is { } link
            ? known.Links.Replace(link, Below(old, link))
            : known.Links.Add(Below(old, null) with { Channel = channel ?? "" });

    /// <summary>Servers whose replication this recovery stopped, moved or removed.</summary>
    public static IEnumerable<InstanceKey> Touched(Recovery recovery) =>
        recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step)
            .Where(s => s is StopReceiving or PointTo or ForgetSource).Select(s => s.Target.Key).Distinct();

    private static ReplicationLink Below(Member old, ReplicationLink? link) => (link ?? Stopped(old.Key)) with
    {
        Source = old.Key, SourceUuid = old.LastKnown?.ServerUuid, IsDetached = false,
    };

    private static ReplicationLink Stopped(InstanceKey source) => new()
    {
        Source = source, Receiver = ReplicationThread.Stopped, Applier = ReplicationThread.Running, AutoPosition = true,
    };

    // A candidate was given another role, and acknowledged before.
    private static SemiSync Acknowledging(Recovery recovery, InstanceKey key, Instance known) =>
        SemiSyncRule.AcknowledgedBefore(recovery, key)
            ? known.SemiSync with { ReplicaEnabled = true }
            : known.SemiSync;

    private static Member Redrawn(Member member, Instance instance) => member with
    {
        LastSeen = instance,
        Outcome = member.Outcome switch
        {
            ProbeOutcome.Seen => new ProbeOutcome.Seen(instance),
            ProbeOutcome.Partly p => new ProbeOutcome.Partly(instance, p.Missing),
            var failed => failed,
        },
    };
}
