using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Monitoring.Tests;

/// <summary>What an expression of Prometheus names. Whether it is one, Prometheus says.</summary>
internal sealed partial record Expression(string Text)
{
    // Prometheus itself gives these to what it scrapes and to what fires.
    private static readonly string[] OfPrometheus = ["job", "instance", "alertname", "alertstate", "severity", "__name__"];

    /// <summary>Metrics of ours, recorded ones among them.</summary>
    public IEnumerable<string> Metrics => Metric().Matches(Bare).Select(m => m.Value).Distinct();

    /// <param name="labels">Metrics that there are, and the labels of each.</param>
    /// <returns>What it names and is not there, in words.</returns>
    public IEnumerable<string> Unknown(IReadOnlyDictionary<string, IReadOnlySet<string>> labels)
    {
        foreach (var metric in Metrics.Where(m => !labels.ContainsKey(m))) yield return $"no metric {metric}: {Text}";
        foreach (var (metric, label) in Matched.Where(m => labels.TryGetValue(m.Metric, out var has) && !has.Contains(m.Label)))
            yield return $"{metric} has no label {label}: {Text}";
        var all = Metrics.SelectMany(m => labels.GetValueOrDefault(m) ?? new HashSet<string>()).ToHashSet();
        if (Text.Contains("ALERTS", StringComparison.Ordinal)) all.UnionWith(labels.Values.SelectMany(l => l));
        foreach (var label in Grouped.Where(l => !all.Contains(l) && !OfPrometheus.Contains(l))) yield return $"nothing in it has a label {label}: {Text}";
    }

    /// <summary>Labels it groups or joins by.</summary>
    private IEnumerable<string> Grouped => Grouping().Matches(Text).SelectMany(m => m.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private IEnumerable<(string Metric, string Label)> Matched =>
        Selector().Matches(Text).SelectMany(s => Matcher().Matches(s.Groups[2].Value).Select(m => (s.Groups[1].Value, m.Groups[1].Value)));

    private string Bare => Quoted().Replace(Text, "\"\"");

    [GeneratedRegex(@"(?<![\w:])(?:\w+:)?orchestrator_\w+(?::\w+)?")]
    private static partial Regex Metric();

    [GeneratedRegex(@"((?:\w+:)?orchestrator_\w+(?::\w+)?)\{([^}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();
}
