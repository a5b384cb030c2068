using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>Says what was observed, in sentences a person can check by hand.</summary>
internal static class Evidence
{
    public static ImmutableArray<string> For(Subject subject) => [.. Sentences(subject)];

    private static IEnumerable<string> Sentences(Subject s)
    {
        yield return OwnProbe(s);
        if (s.Replicas.Total == 0) yield break;
        var t = s.Replicas;
        yield return $"{t.Seen} of {t.Total} direct replicas seen";
        if (t.Seen == 0) yield break;
        if (t.Hearing > 0) yield return $"{t.Hearing} still hear from it{(s.IsSeen ? "" : ", which keeps it from being called dead")}";
        if (t.CannotReach > 0) yield return $"{t.CannotReach} cannot connect to it";
        if (t.Silent > 0) yield return $"{t.Silent} stopped receiving its heartbeats";
        if (t.Stopped > 0) yield return $"{t.Stopped} have their receiver stopped or refused and say nothing about it";
        if (!s.IsSeen && t is { Hearing: 0, Agreeing: 0 }) yield return "no replica can confirm that it is down";
        foreach (var sentence in Slow(s)) yield return sentence;
    }

    private static string OwnProbe(Subject s) => s.Member.Outcome switch
    {
        ProbeOutcome.Seen => $"{s.Member.Key} answers, {(s.IsReadOnly ? "read-only" : s.Member.Now!.IsReadOnlyPending ? "blocking writes, with commits that still wait" : "writable")}",
        ProbeOutcome.Partly p => $"{s.Member.Key} answers in part; not known: {string.Join(", ", p.Missing)}",
        ProbeOutcome.Failed f when f.Kind is ProbeFailureKind.AuthenticationDenied or ProbeFailureKind.TooManyConnections or ProbeFailureKind.Tls =>
            $"{s.Member.Key} answers with a refusal ({f.Says}), so it lives",
        ProbeOutcome.Failed f when !f.ShowsLife && !s.Member.Outcome.IsEvidenceOfDeath =>
            $"{s.Member.Key} could not be probed ({f.Says}), which says nothing about the server",
        ProbeOutcome.Failed f => $"{s.Member.Key} does not answer ({f.Says})" + Waiting(s),
        _ => $"{s.Member.Key} was not probed",
    };

    private static string Waiting(Subject s) =>
        s.IsDown ? "" : $"; silent for {s.Member.FailingFor.TotalSeconds:0.0} s of the {s.Policy.SilenceConfirmation.TotalSeconds:0.0} s asked for by Detection:SilenceConfirmation";

    // With a long heartbeat interval replicas notice silence late: say so, because the setting is the operator's.
    private static IEnumerable<string> Slow(Subject s)
    {
        if (s.IsSeen) yield break;
        foreach (var replica in s.Topology.ReplicasOf(s.Member.Key))
            if (s.Topology.LinkBetween(replica, s.Member.Key) is { HeartbeatInterval: { } beat } link && link.Receiver == ReplicationThread.Running && beat > TimeSpan.FromSeconds(5))
                yield return $"{replica.Key} expects a heartbeat only every {beat.TotalSeconds:0.#} s (SOURCE_HEARTBEAT_PERIOD), so it notices silence late";
    }
}
