using System.Collections.Immutable;
using System.Globalization;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>How replicas are connected to their sources.</summary>
internal static class LinkRules
{
    private const string TlsMeans = "a link uses no TLS where another server of the cluster asks for it, or where its "
        + "siblings use it";

    public static ImmutableArray<ExaminationRule<ExaminedServer>> Rows { get; } =
    [
        new(HeartbeatSlow, Warning,
            "a replica expects heartbeats rarely or never, so it notices late that its source is silent",
            s => s.Links.Where(l => IsSlow(l, s.Cluster.Terms)).Select(l => s.Seen(Beat(l),
                Change(s, l, $"HEARTBEAT_PERIOD={Most(s.Cluster.Terms)}")))),
        new(LinkFiltered, Warning, "a replica filters what it replicates, so it is never promoted",
            s => s.Links.Where(l => l.HasFilters && s.MayBePromoted).Select(l => s.Seen(
                $"it filters what it replicates from {l.Source}: it is never promoted",
                Fix.Advice($"what was filtered is missing on {s.Key}, and nothing shows that once the filter is gone: "
                    + "a new copy of its source's data, without filters"),
                Fix.Advice($"or, where it is meant so: orchestrator promotion-rule {s.Key} must_not")))),
        // A MySQL receiver takes TLS also when its link does not ask for it.
        new(LinkWithoutTls, Severe, TlsMeans,
            s => s.Links.Where(l => IsPlain(s, l)).SelectMany(l => Demanding(s).Take(1)
                .Select(other => s.Seen($"its link uses no TLS, and {other.Key} turns that away "
                    + "(require_secure_transport)", Change(s, l, "SSL=1"))))),
        new(LinkWithoutTls, Hint, TlsMeans,
            s => s.Links.Where(l => l.Tls is null && AreOthersSecure(s) && !IsTurnedAway(s, l)).Select(l => s.Seen(
                "its link does not ask for TLS, and others of the cluster do",
                Change(s, l, "SSL=1")))),
        new(ReplicationDetached, Warning, "a replica is detached from its source on purpose",
            s => s.Now.KnowsLinks && s.Now.Links.Any(l => l.IsDetached)
                ? [s.Seen("it is detached from its source", Fix.Command($"reattach {s.Key}"))]
                : []),
        new(ReplicationStopped, Warning, "replication of a replica is stopped, and no error stands",
            s => Found(s, AnalysisCode.ReplicaStopped).Select(a => s.Seen(a.Because[^1], [.. Start(s)]))),
    ];

    internal static IEnumerable<Analysis> Found(ExaminedServer s, AnalysisCode code) =>
        s.Cluster.Analyses.Where(a => a.Key == s.Key && a.Code == code);

    private static bool IsSlow(ReplicationLink link, ExaminationTerms terms) =>
        link.HeartbeatInterval is { } beat && (beat <= TimeSpan.Zero || beat > terms.HeartbeatMost);

    private static string Beat(ReplicationLink link) => link.HeartbeatInterval > TimeSpan.Zero
        ? $"it expects a heartbeat of {link.Source} every {Seconds(link.HeartbeatInterval.Value)} s"
        : $"it expects no heartbeat of {link.Source}";

    private static string Most(ExaminationTerms terms) => Seconds(terms.HeartbeatMost);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static IEnumerable<ExaminedServer> Demanding(ExaminedServer s) => s.Cluster.Servers
        .Where(o => o.Key != s.Key && o.Knows(InstanceParts.Rights) && o.Now.RequiresTls);

    private static bool IsPlain(ExaminedServer s, ReplicationLink link) =>
        link.Tls is null && s.Now.Version.IsMariaDb;

    private static bool IsTurnedAway(ExaminedServer s, ReplicationLink link) => IsPlain(s, link) && Demanding(s).Any();

    private static bool AreOthersSecure(ExaminedServer s) =>
        s.Cluster.Servers.Any(o => o.Key != s.Key && o.Links.Any(l => l.Tls is not null));

    // A change of a link may throw away what was received and not applied: where the source lacks some of it, it waits.
    private static Fix Change(ExaminedServer s, ReplicationLink link, string option) =>
        UnappliedTransactions.WhyNotDiscard(s.Now, link, s.Topology.SourceOf(link)?.Current) is { } refusal
            ? Fix.Advice($"nothing yet: {s.Key} {refusal.Because}; first {refusal.Remedy}")
            : new ServerStatements(s.Now).Change(link, option);

    // The command looks first at what a start would throw away.
    private static IEnumerable<Fix> Start(ExaminedServer s)
    {
        yield return Fix.Command($"start-replication {s.Key}");
        yield return Fix.Advice("or, where it is stopped on purpose, a downtime for it");
    }
}
