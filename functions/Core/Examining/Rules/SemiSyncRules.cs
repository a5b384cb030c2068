using System.Collections.Immutable;
using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>
/// Whether a commit that a client was told of is on a replica. Manual: "Semisynchronous Replication".
/// </summary>
internal static class SemiSyncRules
{
    /// <summary>The largest that MySQL takes, about seven weeks. Manual: "Semisynchronous Source Options".</summary>
    private const string Longest = "4294967295";

    public static ImmutableArray<ExaminationRule<ExaminedServer>> Rows { get; } =
    [
        new(SemiSyncFellBack, Severe,
            "the primary is told to wait for acknowledgements and does not: what it commits may be on no replica",
            s => s.When(Waits(s) && !s.Now.SemiSync.SourceActive,
                $"it is told to wait for {Acknowledgements(Needed(s))} and goes on without",
                () => [.. Acknowledge(s), .. Patience(s)])),
        new(SemiSyncTooFewAckers, Severe,
            "fewer replicas acknowledge than the primary waits for: commits hang, or it falls back",
            s => s.When(Waits(s) && s.Now.SemiSync.Clients < Needed(s),
                $"it waits for {Acknowledgements(Needed(s))} of each commit and counts "
                + $"{s.Now.SemiSync.Clients} replicas that give them",
                () => [.. Acknowledge(s), .. Fewer(s)])),
        new(SemiSyncTimeoutShort, Warning,
            "the semi-sync timeout of the primary is short: after it commits are on no replica",
            s => s.When(Waits(s) && IsShort(s),
                $"{Words(s).SourceTimeout} is {s.Now.SemiSync.TimeoutMilliseconds} ms: after that it goes on without "
                + "acknowledgements, and what it writes then may be lost", () => Patience(s))),
        new(SemiSyncWaitsAsReplica, Warning,
            "a replica that nobody follows is told to wait for acknowledgements, and so does its applier",
            s => s.When(s.IsReplica && Knows(s) && SemiSyncRule.WaitsAsReplica(s.Now) && !s.Topology.HasReplicas(s.Key),
                "it is told to wait for acknowledgements that nobody gives it",
                () => Words(s).Set(Words(s).SourceWaits, "OFF"))),
        new(SemiSyncOff, Hint,
            "the primary waits for no acknowledgement: what it committed last may be lost with it",
            s => s.When(s.IsPrimary && Knows(s) && !s.Now.SemiSync.SourceEnabled && s.Topology.HasReplicas(s.Key),
                "it waits for no acknowledgement: what it committed last may be lost with it",
                () => [.. Plugins(s), .. Acknowledge(s), .. Words(s).Set(Words(s).SourceTimeout, Longest), Wait(s)])),
    ];

    // Who waits is a role: it goes to the next primary, and is not written down for the next start.
    private static ServerStatements Words(ExaminedServer s) => new(s.Now);

    private static bool Knows(ExaminedServer s) => s.Knows(InstanceParts.SemiSync);

    private static bool Waits(ExaminedServer s) => s.IsPrimary && Knows(s) && SemiSyncRule.Of(s.Member) is not null;

    private static int Needed(ExaminedServer s) => SemiSyncRule.Of(s.Member)?.WaitFor ?? 0;

    private static bool IsShort(ExaminedServer s) =>
        s.Now.SemiSync.TimeoutMilliseconds < s.Cluster.Terms.SemiSyncTimeoutLeast.TotalMilliseconds;

    private static string Acknowledgements(int count) =>
        count == 1 ? "one acknowledgement" : $"{count.ToString(CultureInfo.InvariantCulture)} acknowledgements";

    // Whom nobody acknowledges commits nothing any more. The command counts those who do.
    private static Fix Wait(ExaminedServer s) => Fix.Command($"semi-sync {s.Key} --waits true");

    // Replicas that are seen and do not acknowledge.
    private static IEnumerable<Fix> Acknowledge(ExaminedServer s) =>
        from replica in s.Topology.ReplicasOf(s.Key)
        where replica.Current is { SemiSync.ReplicaEnabled: false } now && !now.Stale.HasFlag(InstanceParts.SemiSync)
        let words = new ServerStatements(replica.Current!)
        let link = s.Topology.LinkBetween(replica, s.Key)
        let restart = words.Run(words.Restart(link, ServerStatements.Receiver))
        from fix in words.Set(words.ReplicaAcknowledges, "ON").Append(restart)
        select fix;

    private static IEnumerable<Fix> Patience(ExaminedServer s) => Words(s).Set(Words(s).SourceTimeout, Longest);

    private static IEnumerable<Fix> Fewer(ExaminedServer s)
    {
        var first = Fix.Advice("another replica that acknowledges; or, for fewer copies");
        var clients = Math.Max(1, s.Now.SemiSync.Clients).ToString(CultureInfo.InvariantCulture);
        return s.Now.SemiSync.Clients >= 1 ? [first, .. Words(s).Set(Words(s).WaitFor, clients)] : [];
    }

    private static IEnumerable<Fix> Plugins(ExaminedServer s) => s.Now.SemiSync.Available
        ? []
        : [Fix.Advice("the semi-sync plugins on every server (manual, Installing Semisynchronous Replication)")];
}
