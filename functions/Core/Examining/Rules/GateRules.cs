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
            c => Told(c, c.Gate?.Active?.WhyUnreadable, Fix.Command($"acknowledge {c.Gate?.Active?.Id}"))),
        new(RecoveryAbandoned, Severe, "a recovery has not ended and nobody goes on with it", Abandoned),
        new(RecoveryHeld, Warning, "an earlier recovery keeps the next failover from beginning by itself", Held),
        new(ClusterNotRecovered, Hint, "the primary of the cluster is not replaced by itself",
            c => Told(c, c.Gate?.Filter?.Decide(c.Topology)?.Refusal, Fix.Setting($"Recovery:Clusters with {c.Name}"))),
    ];

    // Whoever runs it holds the lease of the cluster.
    private static IEnumerable<Observation> Abandoned(ExaminedCluster c)
    {
        if (c.Gate?.Active is not { WhyUnreadable: null } active || c.IsLeaseHeld != false) return [];
        var because = $"recovery {active.Id} has not ended ({active.Title}), and nobody holds the lease of the cluster";
        return Told(c, new(because), Fix.Command("serve"));
    }

    private static IEnumerable<Observation> Held(ExaminedCluster c)
    {
        if (c.Gate is not { Recent: { } recent } gate || c.Topology.Primary is not { } primary) return [];
        if (gate.Window.Decide(recent, primary.Key, gate.Now) is not { Refusal: var refusal }) return [];
        var blocking = recent.FirstOrDefault(r => refusal.Remedy.Contains(r.Id, StringComparison.Ordinal));
        return Told(c, refusal, blocking is null
            ? Fix.Advice(refusal.Remedy)
            : Fix.Command($"acknowledge {blocking.Id} --because \"it was looked at\""));
    }

    private static IEnumerable<Observation> Told(ExaminedCluster c, Refusal? refusal, Fix fix) =>
        refusal is null ? [] : [new(c.Name, refusal.Because, [fix])];
}
