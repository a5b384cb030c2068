using System.Globalization;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Testing;

/// <summary>
/// A topology as tests write it, one server a line: <c>key words… [| probe]</c>. The nth server's uuid is written as the nth letter.
/// <code>
/// db1 rw has=A:1-100 semi=source:1 clients=2 | refused
/// db2 ro &lt;db1 has=A:1-90 got=A:1-100 lag=3 rule=prefer dc=ams
/// </code>
/// Words: a version, rw, ro, ro-only (without super), has= got= purged=, &lt;source and after it io= sql= err= sqlerr= lag= delay= quiet= beat=
/// filters noauto detached, semi=source:W|fallen:W|replica|available, clients= timeout=, nobinlog, noupdates, format=, rule=, downtime=, dc=,
/// region=, former, alias=, uuid=, id=, group=, gone=seconds since it was last seen, up=seconds since it started,
/// closed=since-start|by-hand, nogtid, at=binlog.000003:4 where it writes, failed=A:7 the transaction its applier stopped at, forgot= what it no longer has,
/// relaylog=recovers|kept[-synced], and after a source held=why its receiver waits. A server that did not answer for 3 s was last seen 3 s ago.
/// Probes: seen, refused, unreachable, reset, shutting down, timed out 3.0s, auth denied, too many connections, tls, name not found,
/// other, partly: what is missing, never seen.
/// </summary>
public static class WrittenTopology
{
    public static readonly DateTimeOffset Noon = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static Topology Read(string text, string alias = "") => Read(text.Split('\n'), null, alias);

    /// <summary>Reads lines over an earlier topology: servers not named stay, a line with only a probe keeps what is known of the server.</summary>
    public static Topology Read(IEnumerable<string> lines, Topology? before, string alias = "")
    {
        var members = before?.Members.ToList() ?? [];
        foreach (var line in lines.Select(l => l.Split('#')[0].Trim()).Where(l => l.Length > 0))
        {
            var key = Key(line.Split(' ', '|')[0]);
            var index = members.FindIndex(m => m.Key == key);
            var member = Member(line, index < 0 ? members.Count : index, index < 0 ? null : members[index]);
            if (index < 0) members.Add(member);
            else members[index] = member;
        }
        return new Topology(new ClusterId("c-1"), before?.TakenAt ?? Noon, members, before?.Alias ?? alias);
    }

    public static InstanceKey Key(string text) => InstanceKey.Parse(text);

    /// <summary>The letter of a server's uuid in place of the uuid.</summary>
    public static string Shorten(string text)
    {
        for (var letter = 'A'; letter <= 'Z'; letter++) text = text.Replace(Uuid(letter), letter.ToString(), StringComparison.Ordinal);
        return text;
    }

    public static string Uuid(char letter) => $"{letter - 'A' + 1:x8}-0000-0000-0000-000000000000";

    private const string NeverSeen = "never seen";

    private static Member Member(string line, int index, Member? before)
    {
        var parts = line.Split('|', 2, StringSplitOptions.TrimEntries);
        var words = parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var written = new WrittenServer(Key(words[0]), (char)('A' + index));
        foreach (var word in words.Skip(1)) written.Take(word);
        var known = words.Length == 1 && before?.LastKnown is { } kept ? kept : written.Instance;
        var probe = parts.Length == 1 ? "seen" : parts[1];
        var declared = words.Length == 1 && before is not null ? before : written.Declared(Noon);
        var isNew = probe.StartsWith(NeverSeen, StringComparison.Ordinal);
        return declared with
        {
            Outcome = Outcome(isNew && probe.Length > NeverSeen.Length ? probe[NeverSeen.Length..].Trim() : probe, known), FailingFor = Silence(probe),
            LastSeen = isNew ? null : known, LastSeenAt = isNew ? null : (declared.LastSeenAt ?? Noon) - Silence(probe),
        };
    }

    private static ProbeOutcome Outcome(string probe, Instance known) => probe switch
    {
        "seen" => new ProbeOutcome.Seen(known),
        _ when probe.StartsWith("partly:", StringComparison.Ordinal) => new ProbeOutcome.Partly(
            known with { Stale = probe.Contains("replication", StringComparison.Ordinal) ? InstanceParts.Replication : InstanceParts.None },
            [.. probe[7..].Split(',', StringSplitOptions.TrimEntries)]),
        _ when probe.StartsWith("timed out", StringComparison.Ordinal) => new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer in time"),
        "refused" => new ProbeOutcome.Failed(ProbeFailureKind.Refused, "connection refused"),
        "unreachable" => new ProbeOutcome.Failed(ProbeFailureKind.Unreachable, "no route to host"),
        "reset" => new ProbeOutcome.Failed(ProbeFailureKind.Reset, "connection reset"),
        "shutting down" => new ProbeOutcome.Failed(ProbeFailureKind.ShuttingDown, "server shutdown in progress", 1053),
        "auth denied" => new ProbeOutcome.Failed(ProbeFailureKind.AuthenticationDenied, "access denied", 1045),
        "too many connections" => new ProbeOutcome.Failed(ProbeFailureKind.TooManyConnections, "too many connections", 1040),
        "tls" => new ProbeOutcome.Failed(ProbeFailureKind.Tls, "TLS handshake failed", 2026),
        "name not found" => new ProbeOutcome.Failed(ProbeFailureKind.NameNotFound, "name does not resolve"),
        "other" or NeverSeen => new ProbeOutcome.Failed(ProbeFailureKind.Other, "not probed yet"),
        _ => throw new FormatException($"probe '{probe}' is not known"),
    };

    private static TimeSpan Silence(string probe) => probe.Split(' ')[^1] is { } last && last.EndsWith('s') && double.TryParse(last[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        ? TimeSpan.FromSeconds(seconds)
        : TimeSpan.Zero;
}
