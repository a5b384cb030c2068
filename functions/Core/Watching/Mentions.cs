using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>What sightings say of servers that a watched cluster does not know.</summary>
internal static class Mentions
{
    /// <summary>
    /// Servers that a sighting speaks of and the cluster does not know: also a new name of one that is not seen under
    /// its old one any more.
    /// </summary>
    /// <param name="edges">Who follows whom; its members may be older than those of the picture.</param>
    public static IEnumerable<InstanceKey> Of(ClusterPicture picture, Topology edges, Instance seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        foreach (var link in seen.Links)
            if (!link.IsDetached && edges[link.Source] is null && !IsSeen(picture, edges.SourceOf(link)))
                yield return link.Source;
        foreach (var key in seen.ReportedReplicas)
            if (picture[key] is null && edges[key] is null) yield return key;
    }

    private static bool IsSeen(ClusterPicture picture, Member? member) =>
        member is not null && picture[member.Key] is { IsSeen: true };
}
