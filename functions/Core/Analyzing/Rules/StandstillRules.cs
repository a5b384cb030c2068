using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using static OrchestratorFunctions.Core.Analyzing.AnalysisCode;
using static OrchestratorFunctions.Core.Analyzing.Severity;

namespace OrchestratorFunctions.Core.Analyzing.Rules;

/// <summary>
/// A replica that stands still, also while its siblings replicate. Nothing is done about it: a person stopped it, or
/// its data are not what its source believes. What a recovery stopped has a rule of its own, a source that cannot be
/// reached too, and a server under downtime stands still on purpose.
/// </summary>
internal static class StandstillRules
{
    public static ImmutableArray<AnalysisRule> Rows { get; } =
    [
        new(ReplicaNotReceiving, Serious, null,
            "A replica receives nothing: its receiver gave up, or its source refuses it", Advice.Receiver,
            OfReceivers, s => Refused(s).Any()),
        new(ReplicaNotApplying, Serious, null,
            "A replica applies nothing: its applier stopped with an error", Advice.Applier,
            OfAppliers, s => Links(s).Any(HasStoppedApplying)),
        new(ReplicaStopped, Warning, null,
            "Replication of a replica, or a part of it, is stopped without an error", Advice.Start,
            OfStopped, s => Links(s).Any(l => IsStopped(l) && (!IsOurs(s) || IsLeftSo(s, l)))),
    ];

    /// <summary>
    /// Of a server that follows no member: it looks like a primary, and is a replica of an address where no server of
    /// the cluster answers. A server that accepts writes is no replica, whatever it is told to follow. The primary of a
    /// cluster may follow another one; what another server receives from there keeps the primary from being called
    /// dead.
    /// </summary>
    public static AnalysisRule OfStray { get; } = new(SourceUnknown, Serious, null,
        "A read-only server follows an address that no server of the cluster is known by",
        Advice.KnownSource, OfStrays, s => Strays(s).Any());

    private static IEnumerable<ReplicationLink> Strays(RuleContext context) =>
        context.IsUnattended && !IsDowntimed(context)
        && context.Member.Current is { KnowsLinks: true, AcceptsWrites: false } now
        && context.Topology.FollowsNobody(now)
            ? now.Links.Where(l => !l.IsDetached && (IsRefused(l) || (IsReceiving(l) && !context.IsPrimary)))
            : [];

    private static bool IsRefused(ReplicationLink link) => link.CannotReachSource || link.ReceiverErrorNumber != 0;

    private static bool IsReceiving(ReplicationLink link) => link.Receiver == ReplicationThread.Running;

    private static IEnumerable<string> OfStrays(RuleContext context) =>
        [.. Evidence.OfServer(context), .. Strays(context).Select(Stray)];

    private static string Stray(ReplicationLink link)
    {
        if (IsReceiving(link))
            return $"it receives from {link.Source}: while it does, the primary is not called dead, because it may "
                + "have moved there";
        return $"it receives nothing from {link.Source}"
            + (link.ReceiverErrorNumber == 0 ? "" : $", error {link.ReceiverErrorNumber}: {link.ReceiverError}");
    }

    // Links from outside of the cluster are somebody else's; of what was not answered nothing is said.
    private static IEnumerable<ReplicationLink> Links(RuleContext context) =>
        context.IsUnattended && !IsDowntimed(context) && context.Member.Current is { KnowsLinks: true } now
            ? now.Links.Where(l => context.Topology.SourceOf(l) is not null)
            : [];

    private static bool IsDowntimed(RuleContext context) =>
        context.Member.Downtime?.IsActiveAt(context.Topology.TakenAt) == true;

    // A recovery stopped it, and a receiver that is stopped keeps the error of its last attempt to connect. Any other
    // error came when it was started again: nothing is owed then, and a person has to look.
    private static bool IsOurs(RuleContext context) =>
        context.Topology.Ledger.Has<LedgerEntry.Stopped>(context.Member.Key);

    // No plan starts what a start would empty.
    private static bool IsLeftSo(RuleContext context, ReplicationLink link) =>
        UnappliedTransactions.WouldBeLost(context.Topology, context.Member, link);

    // One that cannot reach its source has a rule of its own; one that is turned away tries again as long as it runs.
    private static IEnumerable<ReplicationLink> Refused(RuleContext context) =>
        Links(context).Where(l => l.ReceiverErrorNumber != 0 && (IsTurnedAway(l)
            || (l.Receiver == ReplicationThread.Stopped && !(l.FailedToConnect && IsOurs(context)))));

    private static bool IsTurnedAway(ReplicationLink link) =>
        link is { Receiver: ReplicationThread.Connecting, CannotReachSource: false };

    private static bool HasStoppedApplying(ReplicationLink link) =>
        link is { Applier: ReplicationThread.Stopped, ApplierErrorNumber: not 0 };

    private static bool IsStopped(ReplicationLink link) =>
        link is { Receiver: ReplicationThread.Stopped, ReceiverErrorNumber: 0 }
            or { Applier: ReplicationThread.Stopped, ApplierErrorNumber: 0 };

    private static IEnumerable<string> OfReceivers(RuleContext context) =>
    [
        .. Evidence.OfServer(context),
        .. Refused(context).Select(l => l.Receiver == ReplicationThread.Stopped
            ? $"its receiver from {l.Source} is stopped, error {l.ReceiverErrorNumber}: {l.ReceiverError}"
            : $"{l.Source} refuses its receiver, error {l.ReceiverErrorNumber}: {l.ReceiverError}"),
    ];

    private static IEnumerable<string> OfAppliers(RuleContext context) =>
    [
        .. Evidence.OfServer(context),
        .. Links(context).Where(HasStoppedApplying)
            .Select(l => $"its applier stopped with error {l.ApplierErrorNumber}: {l.ApplierError}"),
    ];

    private static IEnumerable<string> OfStopped(RuleContext context) =>
    [
        .. Evidence.OfServer(context),
        .. Links(context).Where(IsStopped).Select(l => Stopped(l)),
    ];

    private static string Stopped(ReplicationLink link)
    {
        var threads = (LinkFault.OfReceiver(link), LinkFault.OfApplier(link)) switch
        {
            ("stopped", "stopped") => $"its receiver and its applier from {link.Source} are",
            ("stopped", _) => $"its receiver from {link.Source} is",
            _ => $"its applier from {link.Source} is",
        };
        return $"{threads} stopped, and no error stands";
    }
}
