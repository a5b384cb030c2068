using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>A cluster with its servers as they were last seen.</summary>
/// <param name="Alias">Empty when it has none.</param>
/// <param name="Primary">Null when no single server is.</param>
/// <param name="Downtime">Of the whole cluster; null when none goes on.</param>
/// <param name="Owed">What recoveries left to be seen to.</param>
public sealed record ClusterAnswer(
    ClusterId Cluster, string Alias, DateTimeOffset TakenAt, InstanceKey? Primary, Downtime? Downtime,
    IReadOnlyList<OwedAnswer> Owed, IReadOnlyList<MemberAnswer> Members)
{
    /// <param name="downtime">Of the whole cluster; null when none goes on.</param>
    public static ClusterAnswer Of(Topology topology, Downtime? downtime)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return new(
            topology.Cluster, topology.Alias, topology.TakenAt, topology.Primary?.Key, downtime,
            [.. topology.Ledger.Entries.Where(e => !e.IsKnowledge).Select(OwedAnswer.Of)],
            [.. topology.Members.Select(m => MemberAnswer.Of(m, topology))]);
    }
}

/// <summary>Something a recovery left to be seen to.</summary>
/// <param name="Key">The server it is about.</param>
/// <param name="Recovery">The id of the recovery that left it.</param>
public sealed record OwedAnswer(InstanceKey Key, string Says, DateTimeOffset Since, string Recovery)
{
    internal static OwedAnswer Of(LedgerEntry entry) => new(entry.Key, entry.Says, entry.At, entry.Recovery);
}

/// <summary>A server of a cluster.</summary>
/// <param name="Seen">Whether it answered when it was looked at.</param>
/// <param name="Failure">Why it was not seen; null when it was.</param>
/// <param name="LastSeenAt">Null when it never was.</param>
/// <param name="Depth">How many sources stand above it.</param>
/// <param name="Sources">Servers of the cluster that it receives from, or would; several by several channels.</param>
/// <param name="Errant">What it executed and its source did not; null where that cannot be said.</param>
/// <param name="FormerPrimary">It was replaced as primary and does not replicate yet.</param>
/// <param name="Tags">What people say of it: values by names.</param>
/// <param name="Missing">What it did not answer when it was seen.</param>
/// <param name="Instance">As it was last seen; null when it never was.</param>
public sealed record MemberAnswer(
    InstanceKey Key, bool Seen, string? Failure, DateTimeOffset? LastSeenAt, int Depth,
    IReadOnlyList<InstanceKey> Sources, GtidPosition? Errant, PromotionRule PromotionRule,
    DateTimeOffset? PromotionRuleUntil, Downtime? Downtime, ImmutableSortedDictionary<string, string> Tags,
    bool FormerPrimary, IReadOnlyList<string> Missing, Instance? Instance)
{
    internal static MemberAnswer Of(Member member, Topology topology) => new(
        member.Key, member.IsSeen, (member.Outcome as ProbeOutcome.Failed)?.Says, member.LastSeenAt,
        topology.DepthOf(member), [.. topology.SourcesOf(member).Select(m => m.Key)],
        ErrantTransactions.AsSeen(topology, member), member.PromotionRule, member.PromotionRuleUntil, member.Downtime,
        member.Tags, member.IsFormerPrimary, PartlySeen.Of(member), member.LastKnown);
}
