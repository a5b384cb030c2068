using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Examining;

/// <summary>One cluster as it was looked at just now, with all that a rule may ask.</summary>
/// <param name="Downtime">Of the whole cluster.</param>
/// <param name="Terms">What is expected, and the names of accounts.</param>
public sealed record ExaminedCluster(Topology Topology, Downtime? Downtime, ExaminationTerms Terms)
{
    /// <summary>What analysis says of it.</summary>
    public ImmutableArray<Analysis> Analyses { get; init; } = Analyzer.Analyze(Topology);

    /// <summary>How the replacement of its primary would end now; null when nobody tried it out.</summary>
    public RecoveryOutcome? Failover { get; init; }

    /// <summary>What the gate would ask of it; null when nobody read that.</summary>
    public GateInputs? Gate { get; init; }

    /// <summary>Its recovery that has not ended; null when there is none, or when nobody read that.</summary>
    public Recovery? Active { get; init; }

    /// <summary>Whether somebody has the right to act on it at this moment; null when nobody read that.</summary>
    public bool? IsLeaseHeld { get; init; }

    public string Name => Topology.Alias.Length > 0 ? Topology.Alias : Topology.Cluster.Value;

    /// <summary>Its members that were seen.</summary>
    public IEnumerable<ExaminedServer> Servers => Topology.Members
        .Where(m => m.IsSeen).Select(m => new ExaminedServer(this, m, m.Current!));
}

/// <summary>One server that was seen.</summary>
public sealed record ExaminedServer(ExaminedCluster Cluster, Member Member, Instance Now)
{
    public Topology Topology => Cluster.Topology;
    public InstanceKey Key => Member.Key;

    public bool IsPrimary => Topology.Primary?.Key == Key;

    /// <summary>It replicates from a member, and is no co-primary.</summary>
    public bool IsReplica => Now.KnowsLinks && !Topology.FollowsNobody(Now) && !Topology.IsInRing(Member);

    /// <summary>A person keeps it from being promoted, so that it need not be able to serve.</summary>
    public bool MayBePromoted => Member.PromotionRule != PromotionRule.MustNot;

    /// <summary>Its links from members, as the newest probe saw them.</summary>
    public IEnumerable<ReplicationLink> Links => Now.KnowsLinks
        ? Now.Links.Where(l => Topology.SourceOf(l) is not null)
        : [];

    /// <summary>Whether the newest probe answered a part: of what it did not answer nothing is said (S16).</summary>
    internal bool Knows(InstanceParts part) => (Now.Stale & part) == InstanceParts.None;

    internal Observation Seen(string says, params Fix[] fixes) => new(Key.ToString(), says, [.. fixes]);

    internal IEnumerable<Observation> When(bool holds, string says, Func<IEnumerable<Fix>> fixes) =>
        holds ? [Seen(says, [.. fixes()])] : [];
}

/// <summary>What servers are expected to have, and names that fixes need.</summary>
/// <param name="User">The account of MySql:User.</param>
/// <param name="ReplicationUser">That of MySql:ReplicationUser; empty when there is none.</param>
public sealed record ExaminationTerms(string User, string ReplicationUser)
{
    /// <summary>An idle source is to say at least so often that it lives (docs/operations.md, Settings).</summary>
    public TimeSpan HeartbeatMost { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A source that waits for less than this falls back while a person still looks.</summary>
    public TimeSpan SemiSyncTimeoutLeast { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A downtime that goes on for longer may have been forgotten.</summary>
    public TimeSpan DowntimeMost { get; init; } = TimeSpan.FromDays(1);
}
