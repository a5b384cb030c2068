using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>What is seen around a dead primary while it is replaced, and how far its replacement is.</summary>
internal sealed record DeadPrimarySituation(Recovery Recovery, Topology Topology, Member Old)
{
    /// <summary>The cluster as it stood before any replica was moved.</summary>
    public Topology Original { get; } = OriginalTopology.Of(Recovery, Topology, Old);

    /// <summary>The replication domains that hold the cluster's history.</summary>
    public ClusterDomains Domains => ClusterDomains.Of(Original, Old);

    public RecoveryPolicy Policy => Recovery.Policy;

    /// <summary>How far the replacement is.</summary>
    public DeadPrimaryProgress Progress
    {
        get
        {
            if (Recovery.Last(StageNames.Reopen) is not null) return DeadPrimaryProgress.RollingBack;
            if (IsPromoted) return DeadPrimaryProgress.Promoted;
            if (WhyStopped is not null) return DeadPrimaryProgress.Hopeless;
            if (Recovery.Last(StageNames.Freeze) is null) return DeadPrimaryProgress.NotBegun;
            if (IsOldBackAndOpen) return DeadPrimaryProgress.OldPrimaryIsBack;
            if (WhyNot is not null) return DeadPrimaryProgress.Hopeless;
            return IsCandidateKept ? DeadPrimaryProgress.Chosen : DeadPrimaryProgress.Unchosen;
        }
    }

    /// <summary>Why the plan cannot go on; null while it can.</summary>
    public Refusal? WhyNot => WhyStopped ?? WhySeen;

    /// <summary>Why nobody is promoted at all; null where one may be.</summary>
    public Refusal? WhyNotBegin
    {
        get
        {
            if (WhyAlive is { } alive) return alive;
            if (Topology.Primary is not { } primary)
                return new(
                    $"it is not clear which server is the primary, and replacing {Old.Key} could make a second writer");
            if (primary.Key != Old.Key) return new($"{Old.Key} is not the primary, {primary.Key} is");
            if (WhyBeside is { } beside) return beside;
            return Witness is { } witness ? new($"{witness} hears from {Old.Key}") : Handled.WhyNotGoOn;
        }
    }

    /// <summary>Somebody may accept writes by now: there is no way back.</summary>
    public bool MayBeOpen => Recovery.HasOpened;

    /// <summary>What a new primary promises with semi-sync; null when nothing is asked of it.</summary>
    public SemiSyncRule? RuleOf(Member primary) => SemiSyncRule.Of(Old) ?? SemiSyncRule.Of(primary);

    /// <summary>
    /// Candidates that could not do what was asked, and why: they are asked no more; and those that are a person's by
    /// now.
    /// </summary>
    public ImmutableDictionary<InstanceKey, Refusal> Faults =>
        (Recovery.Choice?.Judgements ?? []).Where(j => j.Fault is not null)
            .ToImmutableDictionary(j => j.Key, j => j.Fault!).SetItems(Handled.Refusals);

    /// <summary>What somebody did to its replicas by hand since it began.</summary>
    public HandledReplicas Handled => new(Recovery, Topology, Old);

    /// <summary>Servers replaced by earlier recoveries that are back and accept writes.</summary>
    public ImmutableArray<Member> OpenFormerPrimaries =>
        [.. Topology.Members.Where(m => m is { IsFormerPrimary: true, Current.ReadOnly: false } && m.Key != Old.Key)];

    /// <summary>Their names.</summary>
    public string OpenOnes => string.Join(", ", OpenFormerPrimaries.Select(m => m.Key));

    /// <summary>That the old primary lives, in words; only to be said when it does.</summary>
    public string LifeSign =>
        $"{Old.Key} answers again"
        + (Old.Outcome is ProbeOutcome.Failed refusal ? $", with a refusal ({refusal.Says})" : "");

    /// <summary>
    /// A replica that has just heard the old primary; null when none tells so. It may have come back since it was found
    /// dead, and be heard where we do not hear it (S8). A person who vouches that it is off is believed more.
    /// </summary>
    public InstanceKey? Witness => Recovery.Request is { PrimaryIsDead: true } ? null : HearingReplica;

    private InstanceKey? HearingReplica => Topology.ReplicasOf(Old.Key).Where(r => r.Current is { KnowsLinks: true })
        .FirstOrDefault(HasJustHeard)?.Key;

    // Within a long heartbeat interval it may have heard it last when we still saw it, or before we first looked for it
    // in vain: that is no news.
    private bool HasJustHeard(Member replica)
    {
        if (Topology.LinkBetween(replica, Old.Key) is not { HasJustHeard: true } link) return false;
        if (link.SilentFor < OfLate || LostAt is not { } lostAt) return true;
        return replica.LastSeenAt - link.SilentFor > lostAt + OfLate;
    }

    // What is stored of it may be much older than its death, where the watcher began to look after that.
    private DateTimeOffset? LostAt
    {
        get
        {
            if (Old.FailingFor == TimeSpan.Zero) return Old.LastSeenAt;
            var failingSince = Topology.TakenAt - Old.FailingFor;
            return failingSince < Old.LastSeenAt ? Old.LastSeenAt : failingSince;
        }
    }

    /// <summary>Our looks have intervals: what a replica heard so soon after one may be older than the death.</summary>
    private static readonly TimeSpan OfLate = TimeSpan.FromSeconds(3);

    private Refusal? WhyStopped
    {
        get
        {
            if (Recovery.Stages.Length >= RecoveryPolicy.StageLimit)
                return new($"the plan did not end within {RecoveryPolicy.StageLimit} stages");
            return Recovery.Cancelled is { } word && !MayBeOpen ? new(word.Says) : null;
        }
    }

    private Refusal? WhySeen
    {
        get
        {
            if (MayBeOpen) return WhyBeside;
            return WhyAlive ?? Handled.WhyNotGoOn ?? WhyBeside;
        }
    }

    private Refusal? WhyAlive => Old.Outcome.ShowsLife ? new(LifeSign) : null;

    /// <summary>Another server accepts writes, whoever opened it; null when none does (S1).</summary>
    public Refusal? WhyBeside => OtherWriter switch
    {
        null => null,
        { Current.KnowsLinks: false } untold =>
            new($"{untold.Key} accepts writes and does not tell whom it follows: two writers might diverge",
                $"read_only=ON on {untold.Key}, or its answer"),
        var writer when Original.ReplicasOf(Old.Key).Any(r => r.Key == writer.Key) =>
            new($"{writer.Key} was made writable by somebody else meanwhile"),
        var writer =>
            new($"{writer.Key} accepts writes, and two writers would diverge", $"read_only=ON on {writer.Key}"),
    };

    private bool IsOldBackAndOpen =>
        Old.Outcome.ShowsLife && MayBeOpen && !new SetReadOnly(Old.Key).IsSatisfiedBy(Topology);

    // One that was maybe begun is no attempt and has no results: what is seen decides.
    private bool IsPromoted => Recovery.Choice is { } choice && LastPromotionOf(choice.Candidate) is { } promotion
        && ((promotion.IsAttempt && !promotion.FailedSteps.Any())
            || Topology[choice.Candidate]?.Current is { ReadOnly: false });

    /// <summary>When the stage that opened the successor was over; null where none did.</summary>
    public DateTimeOffset? OpenedAt =>
        Recovery.Choice is { } choice ? LastPromotionOf(choice.Candidate)?.DoneAt : null;

    private StageRecord? LastPromotionOf(InstanceKey key) => Recovery.Stages.LastOrDefault(s =>
        s is { WasNotBegun: false, Stage.Name: StageNames.Promote }
        && s.Stage.Steps.Any(p => p.Step is SetWritable && p.Step.Target.Key == key));

    /// <summary>A candidate is kept unless it, its applier or the sibling it needs died (S3).
    /// One whose links are not known is not opened: it may still follow somebody (S6).</summary>
    private bool IsCandidateKept
    {
        get
        {
            if (Recovery.Choice is not { } choice || Handled.Refusals.ContainsKey(choice.Candidate)) return false;
            if (Topology[choice.Candidate]?.Current is not { KnowsLinks: true } candidate) return false;
            if (candidate.Links.Any(l => l.ApplierErrorNumber != 0)) return false;
            if (choice.CatchUpFrom is not { } from) return true;
            return candidate.AllReceived.Contains(choice.Position) || Topology[from] is { IsSeen: true };
        }
    }

    // A former primary is closed by the plan.
    private Member? OtherWriter => Topology.MayBeWriters.FirstOrDefault(m =>
        !m.IsFormerPrimary && m.Key != Recovery.Choice?.Candidate && m.Key != Old.Key);
}
