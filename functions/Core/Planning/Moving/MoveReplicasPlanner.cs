using System.Collections.Immutable;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>
/// Moves what follows one server below another one (orchestrator's <c>relocate-replicas</c>, and with the subject's own
/// source or replica as the target <c>move-up-replicas</c> and <c>take-siblings</c>). Without a target the replica that
/// most of the others can follow is taken (<c>regroup-replicas</c>).
/// </summary>
internal static class MoveReplicasPlanner
{
    // Of a wide source the first ones that could take the others decide.
    private const int MostTried = 8;

    private const int LongestPattern = 200;

    private const string PatternRemedy = "a regular expression that is found in the names of the replicas meant";

    /// <param name="again">They are pointed to the source they have, anew.</param>
    public static PlanStage Next(Recovery recovery, Topology topology, bool again) =>
        Next(recovery, topology, again, ManyMoves.Abreast);

    /// <summary>What keeps it from beginning below a server, for each: whether one replica could go decides.</summary>
    public static Func<InstanceKey, Refusal?> WhyNotTo(Recovery recovery, Topology topology) =>
        target => Next(recovery with { Target = target }, topology, again: false, most: 1).Outcome?.WhyNot;

    private static PlanStage Next(Recovery recovery, Topology topology, bool again, int most)
    {
        if (recovery.Stages.FirstOrDefault()?.Stage.Moves is { IsDefault: false } begun)
            return new ManyMoves(recovery, topology, begun, again: again).Next();
        var (replicas, wrong) = Meant(recovery, topology);
        if (wrong is not null) return PlanStage.Abandon(wrong);
        var target = again ? recovery.Subject : TargetOf(recovery, topology, replicas);
        if (target is null)
            return replicas.Length < 2
                ? PlanStage.End("moved", new RecoveryOutcome.Moved(0, []))
                : PlanStage.Abandon(WhyNoTarget(recovery, topology, replicas));
        var moves = replicas.Where(r => r.Key != target).Select(r => new PlannedMove(r.Key, target)).ToImmutableArray();
        if (moves.IsEmpty)
            return PlanStage.Abandon(
                $"{recovery.Subject} has no replica to move", "a server with replicas, or a pattern that fits one");
        var first = new ManyMoves(recovery, topology, moves, again: again) { Most = most }.Next();
        return first.Outcome is RecoveryOutcome.Moved { Count: 0 } none ? PlanStage.Abandon(none.Says) : first;
    }

    private static (ImmutableArray<Member> Replicas, Refusal? Wrong) Meant(Recovery recovery, Topology topology)
    {
        var all = topology.ReplicasOf(recovery.Subject);
        if (recovery.Request?.Details?.Pattern is not { Length: > 0 } pattern) return (all, null);
        if (pattern.Length > LongestPattern)
            return ([], new Refusal($"the pattern has {pattern.Length} characters", $"at most {LongestPattern}"));
        try
        {
            // Its time grows with the name alone, whatever the pattern is.
            var expression = new Regex(pattern, RegexOptions.NonBacktracking);
            return ([.. all.Where(r => expression.IsMatch(r.Key.ToString()))], null);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return ([], new Refusal($"pattern '{pattern}' cannot be used: {e.Message.TrimEnd('.')}", PatternRemedy));
        }
    }

    private static InstanceKey? TargetOf(Recovery recovery, Topology topology, ImmutableArray<Member> replicas)
    {
        if (recovery.Target is { } told) return topology[told]?.Key ?? told;
        if (replicas.Length < 2) return null;
        return replicas.Where(r => r.Current is { LogsReplicaUpdates: true }).OrderBy(r => r.PromotionRule)
            .Take(MostTried)
            .Select(r => (r.Key, Count: replicas.Count(other => CanGo(recovery, topology, other, r.Key))))
            .Where(c => c.Count > 0).OrderByDescending(c => c.Count).Select(c => c.Key).FirstOrDefault();
    }

    private static bool CanGo(Recovery recovery, Topology topology, Member replica, InstanceKey target) =>
        replica.Key != target && !RelocateRefusal.Of(topology, replica, target, recovery.Policy).Any();

    private static Refusal WhyNoTarget(Recovery recovery, Topology topology, ImmutableArray<Member> replicas)
    {
        var reasons = replicas.Take(MostTried).Zip(replicas.Skip(1)).SelectMany(p =>
            RelocateRefusal.Of(topology, p.Second, p.First.Key, recovery.Policy)).ToArray();
        return reasons.Length > 0 ? Refusal.Of(reasons) : new Refusal(
            $"no replica of {recovery.Subject} logs what it replicates, so none can be followed",
            "log_bin and log_replica_updates on one of them");
    }
}
