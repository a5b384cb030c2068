using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>One server under analysis with everything a rule may look at.</summary>
/// <param name="IsDown">The latest probes are evidence of death, either definite or silent for as long as the policy
/// asks.</param>
public sealed record RuleContext(Topology Topology, Member Member,
    ReplicaTally Replicas, DetectionPolicy Policy, bool IsDown)
{
    public static RuleContext Of(Topology topology, Member member, DetectionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(policy);
        var isConfirmed = member.Outcome.IsDefinite || member.FailingFor >= policy.SilenceConfirmation;
        // Under a name that nobody ever answered under nobody died (S16).
        var isDown = member.Outcome.IsEvidenceOfDeath && isConfirmed && member.LastKnown is not null;
        return new RuleContext(topology, member, ReplicaTally.Of(topology, member, policy), policy, isDown);
    }

    public bool IsSeen => Member.IsSeen;

    /// <summary>It is down, or was not seen and its death is not yet or not at all established.</summary>
    public bool IsAway => !IsSeen;

    /// <summary>Read-only for good: not while commits that began before still wait there.</summary>
    public bool IsReadOnly => Member.Current is { ReadOnly: true, IsReadOnlyPending: false };

    /// <summary>
    /// It is the one server writes are meant for: replacing any other one would make a second writer (S1).
    /// </summary>
    public bool IsPrimary => Topology.Primary?.Key == Member.Key;

    /// <summary>
    /// Whether the cluster's ledger has such an entry about the server, and no recovery runs that sees to it.
    /// </summary>
    public bool Owes<T>() where T : LedgerEntry => IsUnattended && Topology.Ledger.Has<T>(Member.Key);

    /// <summary>No recovery of the cluster runs: what is owed is seen to by nobody.</summary>
    public bool IsUnattended => Topology.Ledger.Running.Length == 0;

    /// <summary>It accepts writes, and so does the primary of the cluster.</summary>
    public bool IsSecondWriter =>
        Member.Current is { AcceptsWrites: true } && Topology.Primary is { Current.AcceptsWrites: true } && !IsPrimary;

    /// <summary>
    /// It may be a writer of the cluster, another server may be one too, and no recovery has to do with either: those
    /// that one left open have a plan.
    /// </summary>
    public bool IsOneOfSeveralWriters
    {
        get
        {
            if (!IsUnattended || Member.Current is not { AcceptsWrites: true }) return false;
            var writers = Topology.MayBeWriters.Where(IsNobodysBusiness).Select(m => m.Key).ToArray();
            return writers.Length > 1 && writers.Contains(Member.Key);
        }
    }

    private bool IsNobodysBusiness(Member member) =>
        !member.IsFormerPrimary && Topology.Ledger.Of(member.Key).All(e => e.IsKnowledge);

    /// <summary>
    /// It follows nobody and refuses writes, and the primary of the cluster is another server, which accepts them.
    /// </summary>
    public bool IsBesidePrimary =>
        Member.Current is { AcceptsWrites: false, KnowsLinks: true } now && Topology.FollowsNobody(now)
        && Topology.Primary is { Current.AcceptsWrites: true } && !IsPrimary;

    /// <summary>
    /// At least one replica says it gets nothing, and none says it does: the part of the verdict that is not ours (S8).
    /// Those whose heartbeat settings do not let them tell are outvoted by a majority that is certain. Nobody receives
    /// from where it may be by now.
    /// </summary>
    public bool ReplicasAgree =>
        Replicas is { Elsewhere: 0 } and ({ Hearing: 0, Agreeing: > 0 } or { IsOutvoted: true });

    /// <summary>
    /// Enough replicas agree that the rest cannot be on the other side of a broken network together with a source that
    /// lives. A source that refuses connections is not beyond a broken network.
    /// </summary>
    public bool EnoughAgree => Member.Outcome.IsDefinite || !Policy.ReplicaMajority || Replicas.IsMajority;

    /// <summary>It cannot be reached, and those of its replicas that can be asked agree, and are enough.</summary>
    public bool IsDeadToAll => IsDown && ReplicasAgree && EnoughAgree;
}
