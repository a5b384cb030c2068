using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>
/// Says what was observed, in sentences a person can check by hand. A rule names which of these speak for it.
/// </summary>
public static class Evidence
{
    private static readonly TimeSpan LongInterval = TimeSpan.FromSeconds(5);

    /// <summary>What our own probe found.</summary>
    public static IEnumerable<string> OfServer(RuleContext context) => [OwnProbe(context)];

    /// <summary>What our own probe found, and what the replicas say.</summary>
    public static IEnumerable<string> OfSource(RuleContext context)
    {
        var tally = context.Replicas;
        yield return OwnProbe(context);
        if (context.IsAway) foreach (var sentence in OfElsewhere(context)) yield return sentence;
        if (tally.Total == 0) yield break;
        yield return $"{tally.Seen} of {tally.Total} direct replicas seen";
        if (tally.Seen == 0) yield break;
        foreach (var sentence in OfReplicas(context)) yield return sentence;
        if (context.IsAway) foreach (var sentence in OfLongIntervals(context)) yield return sentence;
    }

    /// <summary>The same, and who follows nobody as well: which of them is the primary says a person.</summary>
    public static IEnumerable<string> OfRivals(RuleContext context) =>
    [
        .. OfSource(context),
        .. context.Topology.Roots.Where(m => m.Key != context.Member.Key && !m.IsFormerPrimary)
            .Select(m => $"{m.Key} follows nobody either; {Seen(m)}"),
    ];

    private static string Seen(Member rival) =>
        rival.Current is { } now ? $"it is {Writability(now)}" : "it is not seen";

    /// <summary>Which other cluster holds the server.</summary>
    public static IEnumerable<string> OfHomes(RuleContext context) =>
        [$"it is a member of cluster {context.Member.AlsoIn} too"];

    /// <summary>What our own probe found, and who is the primary instead.</summary>
    public static IEnumerable<string> OfFormerPrimary(RuleContext context)
    {
        yield return OwnProbe(context);
        if (context.Topology.Primary is { } primary) yield return $"{primary.Key} is the primary";
    }

    /// <summary>What our own probe found, and what recoveries left open on the server.</summary>
    public static IEnumerable<string> OfLedger(RuleContext context)
    {
        yield return OwnProbe(context);
        var targets = context.IsPrimary ? context.Topology.Ledger.Entries.OfType<LedgerEntry.Target>() : [];
        foreach (var entry in context.Topology.Ledger.Of(context.Member.Key).Union(targets)) yield return entry.Says;
    }

    /// <summary>The same, and who is the primary instead.</summary>
    public static IEnumerable<string> OfReplaced(RuleContext context) =>
        [.. OfLedger(context), $"{context.Topology.Primary?.Key} is the primary"];

    /// <summary>What our own probe found, and what recoveries left open on the sources of the server.</summary>
    public static IEnumerable<string> OfSources(RuleContext context) =>
        [OwnProbe(context), .. context.Topology.SourcesOf(context.Member)
            .SelectMany(s => context.Topology.Ledger.Of(s.Key)).Select(e => e.Says)];

    /// <summary>The same, and what keeps the server from being opened.</summary>
    public static IEnumerable<string> OfObstacle(RuleContext context) =>
        [.. OfLedger(context), .. Because(Owed.WhyNotOpen(context.Topology, context.Member))];

    /// <summary>What our own probe found, what it was before, and what keeps the server from being opened.</summary>
    public static IEnumerable<string> OfRestart(RuleContext context) =>
    [
        OwnProbe(context), "it accepted writes when it was seen before its restart, and nobody has closed it since",
        .. Because(Owed.WhyNotOpenAgain(context.Topology, context.Member)),
    ];

    private static string[] Because(Refusal? refusal) => refusal is null ? [] : [refusal.Says];

    /// <summary>What our own probe found, and which of its sources the server cannot reach.</summary>
    public static IEnumerable<string> OfLinks(RuleContext context)
    {
        yield return OwnProbe(context);
        foreach (var link in context.Member.Current?.Links.Where(l => l.CannotReachSource) ?? [])
            yield return $"it cannot connect to {link.Source}" + (link.ReceiverError.Length > 0
                ? $": {link.ReceiverError}"
                : "");
    }

    /// <summary>What a server that is seen in part did not answer, in its own words.</summary>
    public static IEnumerable<string> OfMissing(RuleContext context) =>
        PartlySeen.Of(context.Member).Select(what => $"it did not answer: {what}");

    /// <summary>
    /// Which settings cost a replica what it acknowledged, and what the manual says of them ("Replica Server Options
    /// and Variables").
    /// </summary>
    public static IEnumerable<string> OfRelayLog(RuleContext context)
    {
        if (context.Member.Current?.RelayLog is not { } settings) yield break;
        if (settings.RecoversAtStart)
            yield return "relay_log_recovery is ON: at each start it begins a new relay log and fetches again what it "
                + "has not applied; from a primary that died with it, it cannot";
        if (settings.SyncEvery != 1)
            yield return $"sync_relay_log is {settings.SyncEvery}: should its machine fail, events that are not on the "
                + "disk yet are lost; 1 writes each of them";
    }

    private static IEnumerable<string> OfElsewhere(RuleContext context) =>
        context.Topology.SourcesOf(context.Member).IsEmpty
            ? context.Topology.ReceivingElsewhere(context.Member.Key).Select(e =>
                $"{e.Member.Key} receives from {e.Link.Source}, which no server of the cluster is known by: "
                + $"that may be {context.Member.Key} at another address")
            : [];

    private const string Keeps = ", which keeps it from being called dead";

    private static IEnumerable<string> OfReplicas(RuleContext context)
    {
        var t = context.Replicas;
        var (isAway, isHeard) = (context.IsAway, t.Hearing > 0);
        var mute = isAway ? t.CannotTell : 0;
        if (t.Hearing > mute)
            yield return $"{t.Hearing - mute} still hear from it{(isAway ? Keeps : "")}";
        if (mute > 0)
            yield return $"{mute} have heard nothing for as long, and expect no heartbeat yet"
                + (t.IsOutvoted ? ": the others are a majority" : Keeps);
        if (t.CannotReach > 0) yield return $"{t.CannotReach} cannot connect to it";
        if (t.Silent > 0) yield return $"{t.Silent} stopped receiving its heartbeats";
        if (t.Stopped > 0) yield return $"{t.Stopped} have their receiver stopped or refused and say nothing about it";
        if (t.Untold > 0) yield return $"{t.Untold} did not tell their replication state";
        foreach (var sentence in OfWithoutSay(context)) yield return sentence;
        if (isAway && !isHeard && t.Agreeing == 0) yield return "no replica can confirm that it is down";
        if (context.IsDown && context.ReplicasAgree && !context.EnoughAgree)
            yield return $"{WhoMayHear(t)} and may still hear from it, so those that agree are no "
                + "majority of its replicas (Detection:ReplicaMajority, Detection:Vantages)";
    }

    private static string WhoMayHear(ReplicaTally t) => t switch
    {
        { Untold: 0 } => $"{t.OutOfSight} cannot be seen",
        { OutOfSight: 0 } => $"{t.Untold} did not tell",
        _ => $"{t.OutOfSight} cannot be seen, {t.Untold} did not tell,",
    };

    // Those that say nothing of the source now, each with the reason.
    private static IEnumerable<string> OfWithoutSay(RuleContext context)
    {
        var t = context.Replicas;
        if (t.LostBefore > 0)
            yield return $"{t.LostBefore} had lost it while it was still seen from here, and cannot know more";
        if (t.HeldUp == 0) yield break;
        var links = context.Topology.ReplicasOf(context.Member.Key)
            .Where(r => r.IsSeen).Select(r => context.Topology.LinkBetween(r, context.Member.Key));
        var states = links.Select(l => l?.HeldUpBy ?? "").Where(s => s.Length > 0).Distinct();
        yield return $"{t.HeldUp} receive nothing for a reason of their own: {string.Join(", ", states)}";
    }

    // With a long heartbeat interval replicas notice silence late: say so, because the setting is the operator's.
    private static IEnumerable<string> OfLongIntervals(RuleContext context)
    {
        var source = context.Member.Key;
        return from replica in context.Topology.ReplicasOf(source)
               let link = context.Topology.LinkBetween(replica, source)
               where link is { Receiver: ReplicationThread.Running } && link.HeartbeatInterval > LongInterval
               select $"{replica.Key} expects a heartbeat only every {link.HeartbeatInterval!.Value.TotalSeconds:0.#} "
                   + "s (SOURCE_HEARTBEAT_PERIOD), so it notices silence late";
    }

    private static string OwnProbe(RuleContext context)
    {
        var (key, outcome) = (context.Member.Key, context.Member.Outcome);
        return outcome switch
        {
            ProbeOutcome.Seen seen => $"{key} answers, {Writability(seen.Instance)}",
            ProbeOutcome.Partly partly =>
                $"{key} answers in part; not known{Since(partly.Instance)}: {string.Join(", ", partly.Missing)}",
            ProbeOutcome.Failed { ShowsLife: true } failed =>
                $"{key} answers with a refusal ({failed.Says}), so it lives",
            ProbeOutcome.Failed { IsEvidenceOfDeath: true } failed =>
                $"{key} does not answer ({failed.Says})" + Waiting(context),
            ProbeOutcome.Failed failed =>
                $"{key} could not be probed ({failed.Says}), which says nothing about the server",
            _ => $"{key} was not probed",
        };
    }

    private static string Since(Instance instance) => instance.StaleSince is { } at ? $" since {at:u}" : "";

    private static string Writability(Instance instance)
    {
        if (!instance.ReadOnly)
            return instance.IsReadOnlyPending ? "blocking writes, with commits that still wait" : "writable";
        return instance.IsReadOnlyPending ? "blocking writes, with commits that still wait" : "read-only";
    }

    private static string Waiting(RuleContext context)
    {
        var (silent, asked) = (context.Member.FailingFor.TotalSeconds, context.Policy.SilenceConfirmation.TotalSeconds);
        return context.IsDown
            ? ""
            : $"; silent for {silent:0.0} s of the {asked:0.0#} s asked for by Detection:SilenceConfirmation";
    }
}
