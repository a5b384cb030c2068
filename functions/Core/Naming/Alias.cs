using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>
/// Names that people give to clusters. One stands on command lines, in paths of HTTP requests and in filters, and it
/// names one cluster only.
/// </summary>
public static class Alias
{
    /// <summary>Longer ones are refused.</summary>
    public const int Longest = 60;

    /// <summary>
    /// Why no cluster can have this name; null when one can. An empty text is no name and is not refused.
    /// </summary>
    public static string? WhyNot(string alias)
    {
        ArgumentNullException.ThrowIfNull(alias);
        if (alias.Length == 0 || (alias.Length <= Longest && IsPlain(alias))) return null;
        var shown = new string([.. alias.Take(Longest).Select(c => char.IsControl(c) ? '?' : c)]);
        var more = alias.Length > Longest ? "…" : "";
        return $"alias '{shown}{more}': expected up to {Longest} characters without slashes, '*' and control "
            + "characters, which begin with no '-' and neither begin nor end with a blank";
    }

    /// <summary>Why this cluster cannot have the name; null when it can. The refusal names what has it.</summary>
    public static Refusal? WhyNot(string alias, ClusterId cluster, ImmutableArray<NamedCluster> clusters)
    {
        ArgumentNullException.ThrowIfNull(alias);
        const string Remedy = "another alias";
        if (WhyNot(alias) is { } wrong) return new(wrong);
        var other = clusters.FirstOrDefault(c => c.Id != cluster && (Is(c.Alias, alias) || Is(c.Id.Value, alias)));
        if (other is not null) return new($"alias '{alias}': cluster {IdAndPlace(other)} has this name", Remedy);
        return InstanceKey.TryParse(alias, out _, out _) && new NameBook(clusters).Server(alias).Server is { } server
            ? new($"alias '{alias}': is a name of server {server.Name}; "
                + "it would not be known which of the two is meant", Remedy)
            : null;
    }

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string IdAndPlace(NamedCluster cluster) =>
        cluster.Servers.IsEmpty ? cluster.Id.Value : $"{cluster.Id} of {cluster.Servers[0].Key}";

    private static bool IsPlain(string alias) =>
        alias[0] != '-' && alias == alias.Trim() && !alias.Any(c => char.IsControl(c) || c is '/' or '\\' or '*');
}
