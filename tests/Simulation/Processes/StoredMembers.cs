using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>Members as they are stored: what a process knows before it has looked itself (Flow/Watching/LiveCluster).</summary>
internal static class StoredMembers
{
    public static readonly ProbeOutcome NotProbed = new ProbeOutcome.Failed(ProbeFailureKind.Other, "not probed yet");

    public static Member[] Of(World world, StoredServer[] stored, Ledger ledger) =>
    [
        .. world.Servers.Select((s, i) => new Member
        {
            Key = s.Key, Outcome = NotProbed, LastSeen = stored[i].LastSeen, LastSeenAt = stored[i].LastSeenAt,
            IsFormerPrimary = ledger.IsFormerPrimary(s.Key), PromotionRule = stored[i].PromotionRule, Downtime = stored[i].Downtime,
        }),
    ];
}
