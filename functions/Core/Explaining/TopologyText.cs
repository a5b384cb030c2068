using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>
/// Draws a topology in orchestrator's text format: one line per server, depth first, with
/// lag, status, version, ro or rw, binary log format, and extras.
/// </summary>
public static class TopologyText
{
    /// <summary>The <c>topology</c> form: <c>host:port [tok,tok]</c>, brackets in one column.</summary>
    /// <param name="withFaults">
    /// Why a server does not replicate stands last. orchestrator's own form, which programs read, is without.
    /// </param>
    /// <param name="after">What stands behind a line, for its server; null for nothing.</param>
    public static string Draw(Topology topology, bool withFaults = true, Func<InstanceKey, string>? after = null)
    {
        var lines = Lines(topology, withFaults);
        var width = lines.Count == 0 ? 0 : lines.Max(l => l.Name.Length);
        var drawn = lines.Select(l =>
            $"{l.Name.PadRight(width)} [{string.Join(',', l.Tokens.Where(t => t.Length > 0))}]{after?.Invoke(l.Key)}");
        return string.Join('\n', drawn);
    }

    /// <summary>
    /// The <c>topology-tabulated</c> form: columns of equal width parted by <c>|</c>, the lag right-aligned.
    /// </summary>
    /// <inheritdoc cref="Draw" path="/param[@name='withFaults']"/>
    public static string Tabulate(Topology topology, bool withFaults = true)
    {
        var rows = Lines(topology, withFaults).Select(l => (string[])[l.Name, .. l.Tokens]).ToArray();
        if (rows.Length == 0) return "";
        var widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
        return string.Join('\n', rows.Select(Row));

        string Row(string[] row) => string.Join('|', row.Select(Cell)).TrimEnd();

        string Cell(string text, int column) =>
            column == 1 ? text.PadLeft(widths[column]) : text.PadRight(widths[column]);
    }

    private sealed record Line(InstanceKey Key, string Name, string[] Tokens);

    private static List<Line> Lines(Topology topology, bool withFaults)
    {
        var lines = new List<Line>();
        var drawn = new HashSet<InstanceKey>();
        var ring = topology.CoPrimaries;
        var roots = topology.Roots.OrderBy(r => r.Key == topology.Primary?.Key ? 0 : 1).ThenBy(r => r.Key);
        foreach (var root in roots) Branch(topology, root, 0, drawn, lines, withFaults);
        foreach (var coPrimary in ring.OrderBy(m => m.Key))
            Branch(topology, coPrimary, 1, drawn, lines, withFaults, ring.Select(m => m.Key).ToHashSet());
        return lines;
    }

    private static void Branch(
        Topology topology, Member member, int depth, HashSet<InstanceKey> drawn, List<Line> lines, bool withFaults,
        HashSet<InstanceKey>? ring = null)
    {
        if (!drawn.Add(member.Key)) return;
        lines.Add(new Line(member.Key, Prefix(member, depth) + member.Key, Tokens(topology, member, withFaults)));
        foreach (var replica in topology.ReplicasOf(member.Key))
            if (ring?.Contains(replica.Key) != true)
                Branch(topology, replica, depth + 1, drawn, lines, withFaults, ring);
    }

    private static string Prefix(Member member, int depth)
    {
        if (depth == 0) return "";
        var marker = member.Current?.Group is { IsPrimary: false } ? '‡' : IsReplicating(member) ? '+' : '-';
        return new string(' ', 2 * (depth - 1)) + marker + " ";
    }

    private static bool IsReplicating(Member member) =>
        member.Current is { } now && now.Links.Length > 0 && now.Links.All(l => l.IsReplicating);

    private static string[] Tokens(Topology topology, Member member, bool withFaults)
    {
        var known = member.LastKnown;
        return
        [
            Lag(member), Status(member), known?.Version.Text ?? "",
            known is null ? "" : known.ReadOnly ? "ro" : "rw",
            known is null ? "" : known.BinaryLog.Enabled ? known.BinaryLog.Format : "nobinlog",
            Extras(topology, member, withFaults),
        ];
    }

    private static string Lag(Member member)
    {
        if (member.LastKnown?.Links.Any(l => l.IsDetached) == true) return "detached";
        if (!member.IsSeen) return "unknown";
        if (member.Current!.Links.Length == 0) return "0s";
        if (!IsReplicating(member)) return "null";
        var longest = member.Current.Links.Max(l => l.LagSeconds ?? long.MaxValue);
        return longest < long.MaxValue ? $"{longest}s" : "null";
    }

    private static string Status(Member member)
    {
        if (!member.IsSeen) return "invalid";
        if (member.Current!.Links.Length > 0 && !IsReplicating(member)) return "nonreplicating";
        return member.Current.Links.Any(IsLate) ? "lag" : "ok";
    }

    private static bool IsLate(ReplicationLink link) =>
        (link.LagSeconds ?? long.MaxValue) - link.DelaySeconds > DetectionPolicy.Default.ReasonableLagSeconds;

    private static string Extras(Topology topology, Member member, bool withFaults)
    {
        if (member.LastKnown is not { } known) return "";
        var extras = new List<string>();
        if (known.LogsReplicaUpdates) extras.Add(">>");
        if (known.Gtid.Enabled) extras.Add(IsErrant(topology, member) ? "GTID:errant" : "GTID");
        if (known.SemiSync.SourceEnabled) extras.Add("semi:master");
        if (known.SemiSync.ReplicaEnabled) extras.Add("semi:replica");
        if (member.Downtime?.IsActiveAt(topology.TakenAt) == true) extras.Add("downtimed");
        if (withFaults && member.Current is { KnowsLinks: true } now)
            extras.AddRange(now.Links.Where(l => !l.IsDetached).SelectMany(Faults));
        return string.Join(',', extras);
    }

    // Why it does not replicate.
    private static IEnumerable<string> Faults(ReplicationLink link)
    {
        if (LinkFault.OfReceiver(link) is { Length: > 0 } receiver) yield return $"receiver:{receiver}";
        if (LinkFault.OfApplier(link) is { Length: > 0 } applier) yield return $"applier:{applier}";
    }

    private static bool IsErrant(Topology topology, Member member) =>
        ErrantTransactions.AsSeen(topology, member) is { IsEmpty: false };
}
