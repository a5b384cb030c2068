using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>A cluster as stored: its name for people and its members with what was last seen of them.</summary>
public sealed record StoredCluster(
    ClusterId Id, string Alias, Downtime? Downtime, ImmutableArray<StoredMember> Members)
{
    /// <summary>What its recoveries left to be seen to.</summary>
    public Ledger Ledger { get; init; } = Ledger.Empty;
}

/// <summary>A member as stored. What operators declared survives what probes see.</summary>
/// <param name="LastFailure">What the newest probe said when it failed; empty when it did not.</param>
/// <param name="LastFailureKind">What kind of evidence that is.</param>
/// <param name="FailingFor">For how long probes had failed when this was written.</param>
public sealed record StoredMember(
    InstanceKey Key, Instance? LastSeen, DateTimeOffset? LastSeenAt,
    PromotionRule PromotionRule = PromotionRule.Neutral, Downtime? Downtime = null, string LastFailure = "",
    ProbeFailureKind LastFailureKind = ProbeFailureKind.Other, TimeSpan FailingFor = default)
{
    /// <summary>
    /// Names people asked for it by and names its replicas know it by, other than its key and what it calls itself.
    /// Written without any, the stored ones stay.
    /// </summary>
    public ImmutableArray<InstanceKey> OtherNames { get; init; } = [];

    /// <summary>From when on the promotion rule is neutral again; null when it stays.</summary>
    public DateTimeOffset? PromotionRuleUntil { get; init; }

    /// <summary>One that was begun and not ended; it may be over.</summary>
    public Maintenance? Maintenance { get; init; }

    /// <summary>Values by the names of tags.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = Tag.None;

    /// <summary>
    /// Another stored cluster that holds the same server. Not stored: who reads all clusters sees it.
    /// </summary>
    public ClusterId? AlsoIn { get; init; }

    /// <summary>Whether the server is known by that name.</summary>
    public bool IsNamed(InstanceKey name) =>
        Key == name || LastSeen?.Aliases.Contains(name) == true || OtherNames.Contains(name);
}

/// <summary>What is known of clusters and servers, written as changes.</summary>
public interface ITopologyStore
{
    Task<ImmutableArray<StoredCluster>> ReadAllAsync(CancellationToken cancel);

    /// <summary>
    /// A mark that is another one after every change to which clusters there are and to what operators declared.
    /// Sightings leave it as it is, so who adds members names their cluster afterwards. It may lag behind a change
    /// whose process died; a reader does not rely on it for ever.
    /// </summary>
    Task<string> ReadMarkAsync(CancellationToken cancel);

    Task<StoredCluster?> ReadAsync(ClusterId cluster, CancellationToken cancel);

    /// <summary>Creates the cluster when it is new; an empty alias keeps the stored one.</summary>
    Task SaveClusterAsync(ClusterId cluster, string alias, CancellationToken cancel);

    /// <summary>
    /// Gives the cluster another alias; an empty one takes it back. Only who holds the lease of discovery may, after a
    /// look at the other clusters. False when there is no such cluster.
    /// </summary>
    Task<bool> SetAliasAsync(ClusterId cluster, string alias, CancellationToken cancel);

    /// <summary>
    /// Writes sightings and failures (LastSeen, LastSeenAt, LastFailure with its kind and length) of several members in
    /// as few transactions as the store allows, adding members that are new; what operators declared is left alone.
    /// </summary>
    Task SaveSightingsAsync(ClusterId cluster, IReadOnlyCollection<StoredMember> members, CancellationToken cancel);

    /// <summary>
    /// The same of members that are stored; one that was forgotten meanwhile is not written and does not come back.
    /// </summary>
    Task UpdateSightingsAsync(ClusterId cluster, IReadOnlyCollection<StoredMember> members, CancellationToken cancel);

    /// <summary>Of the cluster when no member is named. False when there is no such cluster or member.</summary>
    Task<bool> SetDowntimeAsync(ClusterId cluster, InstanceKey? member, Downtime? downtime, CancellationToken cancel);

    /// <summary>False when there is no such member.</summary>
    /// <param name="until">From when on the rule is neutral again; null when it stays.</param>
    Task<bool> SetPromotionRuleAsync(
        ClusterId cluster, InstanceKey member, PromotionRule rule, CancellationToken cancel,
        DateTimeOffset? until = null);

    /// <summary>False when there is no such member.</summary>
    /// <param name="change">
    /// From the tags that are stored, also where somebody else changed them meanwhile; so it may be called again.
    /// </param>
    Task<bool> ChangeTagsAsync(
        ClusterId cluster, InstanceKey member,
        Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> change,
        CancellationToken cancel);

    /// <summary>False when there is no such member.</summary>
    /// <param name="change">From the one that is stored; the same: nothing is changed. It may be called again.</param>
    Task<bool> ChangeMaintenanceAsync(
        ClusterId cluster, InstanceKey member, Func<Maintenance?, Maintenance?> change, CancellationToken cancel);

    /// <summary>
    /// The cluster's ledger is another one: readers of all clusters look at it while it says anything, and the mark is
    /// another one.
    /// </summary>
    Task NoteLedgerAsync(ClusterId cluster, bool owes, CancellationToken cancel);

    /// <summary>Removes members, and the cluster with its last one.</summary>
    Task ForgetAsync(ClusterId cluster, IReadOnlyCollection<InstanceKey> members, CancellationToken cancel);
}
