using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>Which clusters are recovered automatically.</summary>
/// <param name="Clusters">
/// Patterns over the cluster's id and alias, and over host:port and other names of its members, whichever of them is
/// the primary: a failover changes no name a pattern looks at. <c>*</c> stands for any text. Empty: no cluster.
/// </param>
public sealed record RecoveryFilter(ImmutableArray<string> Clusters)
{
    public static RecoveryFilter All { get; } = new(["*"]);

    /// <summary>Whether a pattern names the cluster.</summary>
    public bool Names(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (Clusters.IsEmpty) return false;
        string[] own = [topology.Cluster.Value, topology.Alias];
        string[] names = [.. own.Concat(topology.Members.SelectMany(NamesOf)).Where(name => name.Length > 0)];
        return Clusters.Any(pattern => names.Any(name => Matches(pattern, name)));
    }

    private static IEnumerable<string> NamesOf(Member member) =>
        (member.LastKnown?.Aliases ?? []).Prepend(member.Key).Select(key => key.ToString());

    internal GateVerdict.Hold? Decide(Topology topology) =>
        Names(topology)
            ? null
            : new($"no pattern of [{string.Join(", ", Clusters)}] names this cluster", "Recovery:Clusters");

    private static bool Matches(string pattern, string name)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1) return name.Equals(pattern, StringComparison.OrdinalIgnoreCase);
        if (!name.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase)) return false;
        var at = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = name.IndexOf(part, at, StringComparison.OrdinalIgnoreCase);
            if (found < 0) return false;
            at = found + part.Length;
        }
        return name.Length - at >= parts[^1].Length && name.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }
}
