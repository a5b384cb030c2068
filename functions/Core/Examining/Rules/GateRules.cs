using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Refusing;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>What would keep a failover of a cluster from beginning by itself, were its primary to die now.</summary>
internal static class GateRules
{
    public static ImmutableArray<ExaminationRule<ExaminedCluster>> Rows { get; } =
    [
        new(RecoveryUnreadable, Severe, "an unfinished recovery cannot be read by this version and keeps its cluster",
            // Acknowledged, one that a newer version runs at this moment would be left half done.
            c => Told(c, c.Gate?.Active?.WhyUnreadable, Fix.Advice(c.Gate?.Active?.WhyUnreadable?.Remedy ?? ""))),
        new(RecoveryAbandoned, Severe, "a recovery has not ended and nobody goes on with it", Abandoned),
        new(ApprovalAwaited, Warning, "a recovery waits for an operator to approve or to cancel it", Awaited),
        new(RecoveryHeld, Warning, "an earlier recovery keeps the next failover from beginning by itself", Held),
        new(FleetHeld, Warning, "no failover begins by itself, because many clusters were failed over lately",
            c => c.Gate is { Fleet: { } fleet } gate
                && gate.Breaker.Decide(fleet, c.Topology.Cluster, gate.Now) is { } held
                    ? Told(c, held.Refusal, Fix.Advice(held.Refusal.Remedy))
                    : []),
        new(ClusterNotRecovered, Hint, "the primary of the cluster is not replaced by itself",
            c => Told(c, c.Gate?.Filter?.Decide(c.Topology)?.Refusal, Fix.Setting($"Recovery:Clusters with {c.Name}"))),
    ];

    /// <summary>
    /// Whoever runs a recovery holds the lease of its cluster. It may be free for moments, between two processes or two
    /// stages; what was written for longer than this ago is not under way.
    /// </summary>
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(2);

    // One that waits for an operator is run by nobody meanwhile.
    private static IEnumerable<Observation> Abandoned(ExaminedCluster c)
    {
        if (c is not { Active: { AwaitsApproval: false } active, IsLeaseHeld: false }) return [];
        var since = active.Stages.LastOrDefault()?.PlannedAt ?? active.StartedAt;
        if (c.Topology.TakenAt - since < Between) return [];
        return Told(c, new($"recovery {active.Id} has not ended, its last stage was planned at {since:u}, and nobody "
            + "holds the lease of the cluster"), Fix.Command("serve"));
    }

    private static IEnumerable<Observation> Awaited(ExaminedCluster c) => c.Active is { AwaitsApproval: true } active
        ? Told(c, new($"recovery {active.Id} waits for an operator"), Fix.Command($"approve {active.Id}"),
            Fix.Command($"cancel {active.Id}"))
        : [];

    private static IEnumerable<Observation> Held(ExaminedCluster c)
    {
        if (c.Gate is not { Recent: { } recent } gate || c.Topology.Primary is not { } primary) return [];
        if (gate.Window.Decide(recent, primary.Key, gate.Now) is not { Refusal: var refusal }) return [];
        var blocking = recent.FirstOrDefault(r => refusal.Remedy.Contains(r.Id, StringComparison.Ordinal));
        return Told(c, refusal, blocking is null
            ? Fix.Advice(refusal.Remedy)
            : Fix.Command($"acknowledge {blocking.Id}"));
    }

    private static IEnumerable<Observation> Told(ExaminedCluster c, Refusal? refusal, params Fix[] fixes) =>
        refusal is null ? [] : [new(c.Name, refusal.Because, [.. fixes])];
}
