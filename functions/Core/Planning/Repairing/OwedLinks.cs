using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Repairing;

/// <summary>
/// Which link of a server a recovery left to be started or to be cut. What comes from outside of the cluster is
/// somebody else's, and stays as it is (S12).
/// </summary>
internal static class OwedLinks
{
    /// <summary>The link that a recovery stopped and nobody started again.</summary>
    public static StepTarget ToStart(Topology topology, Member replica) =>
        Owed.StoppedLink(topology, replica) is { } link ? LinkTarget.Of(replica, link) : replica.Key;

    /// <summary>
    /// A link that the primary may not have: the first one from a member, also from the one whose place it takes. The
    /// only link of a server that was to be the primary may come from a member by a name that is not known. A primary
    /// that a recovery closed had it before. Null when there is none.
    /// </summary>
    public static StepTarget? ToCut(Topology topology, Member primary)
    {
        var within = primary.Current?.Links.FirstOrDefault(l => topology.SourceOf(l) is not null);
        var wasPrimary = topology.Ledger.Has<LedgerEntry.Closed>(primary.Key);
        var link = within ?? (wasPrimary ? null : LinkTarget.Meant(topology, primary));
        return link is null ? null : LinkTarget.Of(primary, link);
    }
}
