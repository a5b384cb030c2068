using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;
using static OrchestratorFunctions.Core.Analyzing.Severity;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>
/// What keeps a server from serving that is, or may become, the primary, though it accepts writes or would. A replica
/// that an operator keeps from being promoted has none of these.
/// </summary>
internal static class ServingRules
{
    /// <summary>Findings of a server that is the writer.</summary>
    public static ImmutableArray<AnalysisRule> OfWriter { get; } =
    [
        new(OfflineMode, Critical, null,
            "The primary is in offline mode: it lets neither clients nor replicas in", Advice.Online,
            ServingEvidence.OfOfflineMode, s => s.Member.Current is { OfflineMode: true }),
        new(PrivilegesMissing, Warning, null,
            "The primary does not allow our account what a switch needs", Advice.Grant,
            ServingEvidence.OfRights, LacksPrivileges),
        new(EventsNotRunning, Warning, null,
            "Scheduled events of the primary do not run", Advice.EnableEvents,
            ServingEvidence.OfEvents, s => s.IsUnattended && s.IsPrimary && AreIdle(s.Member.Current)
                && !s.Owes<LedgerEntry.EventsStopped>()),
        // Where they can be enabled, the plan that does it has a row of its own (L9).
        new(EventsNotRunning, Warning, null,
            "Scheduled events that a recovery disabled cannot be enabled again yet", Advice.OwedEvents,
            Evidence.OfLedger, s => s.IsUnattended && s.IsPrimary && s.IsSeen && s.Owes<LedgerEntry.EventsStopped>()
                && s.Member.Current is not { AcceptsWrites: true, Events: not null }),
    ];

    /// <summary>Findings of a replica.</summary>
    public static ImmutableArray<AnalysisRule> OfReplica { get; } =
    [
        new(OfflineMode, Warning, null,
            "A replica is in offline mode, so it cannot become the primary", Advice.Online,
            ServingEvidence.OfOfflineMode, s => MayBePromoted(s) && s.Member.Current is { OfflineMode: true }),
        new(PrivilegesMissing, Warning, null,
            "A replica does not allow our account what a recovery needs", Advice.Grant,
            ServingEvidence.OfRights, s => !IsDowntimed(s) && LacksPrivileges(s)),
        new(ReplicationAccountMissing, Warning, null,
            "A replica lets nobody log in with the replication account, so as the primary it could not be followed",
            Advice.Account,
            ServingEvidence.OfAccount,
            s => MayBePromoted(s) && s.Member.Current is { ReplicationAccount.IsUseless: true }),
        new(EventsOnReplica, Warning, null,
            "A replica runs scheduled events: what they write there is its own, or they fail", Advice.DisableEvents,
            ServingEvidence.OfEvents, s => s.IsUnattended && MayBePromoted(s) && RunsEvents(s.Member.Current)),
    ];

    /// <summary>Findings of a server that was replaced as the primary and does not replicate yet.</summary>
    public static ImmutableArray<AnalysisRule> OfFormerPrimary { get; } =
    [
        new(EventsOnReplica, Warning, null,
            "A former primary runs scheduled events, and read_only does not stop one whose definer may write",
            Advice.DisableEvents,
            ServingEvidence.OfEvents,
            s => RunsEvents(s.Member.Current) && s.Member.Current is { SuperReadOnly: false }),
    ];

    // A primary that follows a server of another cluster has events of that one, which runs them.
    private static bool AreIdle(Instance? now) => now is { IsReplica: false, Events: { } events }
        && (!events.ReplicaSide.IsEmpty || events.Enabled.Count > events.Running.Count);

    private static bool RunsEvents(Instance? now) => now is { Events.Running.IsEmpty: false };

    private static bool LacksPrivileges(RuleContext context) => context.Member.Current is { Missing.All.Length: > 0 };

    private static bool MayBePromoted(RuleContext context) =>
        context.Member.PromotionRule != PromotionRule.MustNot && !IsDowntimed(context);

    private static bool IsDowntimed(RuleContext context) =>
        context.Member.Downtime?.IsActiveAt(context.Topology.TakenAt) == true;
}
