using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>Members as they are stored: what a process knows before it has looked itself (Flow/Knowing/LiveCluster).</summary>
internal static class StoredMembers
{
    public static Member[] Of(World world, StoredServer[] stored, Ledger ledger) =>
    [
        .. world.Servers.Select((s, i) => ClusterPicture.Unseen(s.Key) with
        {
            LastSeen = stored[i].LastSeen, LastSeenAt = stored[i].LastSeenAt,
            IsFormerPrimary = ledger.IsFormerPrimary(s.Key), PromotionRule = stored[i].PromotionRule, Downtime = stored[i].Downtime,
        }),
    ];
}
