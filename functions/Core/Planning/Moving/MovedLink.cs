using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>Which link of a server a move replaces.</summary>
internal static class MovedLink
{
    /// <summary>
    /// Its only one, or among several its only one from a member of the cluster. What a former primary replicates from
    /// outside the cluster stays: it followed nobody within.
    /// </summary>
    public static StepTarget Of(Topology topology, Member replica) =>
        replica.IsFormerPrimary
            ? LinkTarget.Beside(topology, replica, replica.Key)
            : LinkTarget.Of(topology, replica);

    /// <summary>The link itself; null when the server gets a new one.</summary>
    public static ReplicationLink? Find(Topology topology, Member replica) =>
        replica.LastKnown?.LinkOf(Of(topology, replica).ChannelName);

    /// <summary>Several links come from members of the cluster, or none of several does.</summary>
    public static bool IsUnclear(Topology topology, Member replica) =>
        replica.LastKnown is { Links.Length: > 1 } known && Find(topology, replica) is null
        && known.Links.Count(l => topology.SourceOf(l) is not null) != (replica.IsFormerPrimary ? 0 : 1);
}
