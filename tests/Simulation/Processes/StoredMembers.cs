using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>Members as they are stored: what a process knows before it has looked itself (Flow/Knowing/LiveCluster).</summary>
internal static class StoredMembers
{
    public static Member[] Of(StoredServer[] stored, Ledger ledger) =>
    [
        .. stored.Select(s => ClusterPicture.Unseen(s.Key) with
        {
            LastSeen = s.LastSeen, LastSeenAt = s.LastSeenAt,
            IsFormerPrimary = ledger.IsFormerPrimary(s.Key), PromotionRule = s.PromotionRule, Downtime = s.Downtime,
        }),
    ];

    /// <summary>What a watch knows to be stored, so that it lets go what is not stored any more.</summary>
    public static SavedSightings Saved(StoredServer[] stored) => stored.Aggregate(
        SavedSightings.None, (all, s) => all.With(s.Key, new SavedSighting(s.LastSeen, "", s.LastSeenAt ?? default)));
}
