using System.Net;
using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Api.Tests.Metrics;

/// <summary>One answer of <c>/metrics</c>, read as Prometheus reads it.</summary>
internal sealed partial record Scrape(string Text)
{
    public static async Task<Scrape> OfAsync(Endpoints endpoints)
    {
        var (status, text) = await endpoints.GetTextAsync("/metrics");
        Assert.True(status == HttpStatusCode.OK, $"{status} {text}");
        return new Scrape(text);
    }

    /// <summary>Every metric as <c>name type labels</c>, by name.</summary>
    public IEnumerable<string> Metrics => Types().Matches(Text)
        .Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {string.Join(", ", LabelsOf(m.Groups[1].Value))}".TrimEnd())
        .Order(StringComparer.Ordinal);

    /// <summary>The lines of a metric without its name: the labels where it has some, in their order, and the value.</summary>
    public string[] this[string name] =>
        [.. Text.Split('\n').Where(l => l.StartsWith($"{name} ", StringComparison.Ordinal) || l.StartsWith($"{name}{{", StringComparison.Ordinal))
            .Select(l => l[name.Length..].Replace("{}", "", StringComparison.Ordinal).Trim())];

    // Of a histogram without the bounds of its buckets.
    private IEnumerable<string> LabelsOf(string name) =>
        ((string[])[name, $"{name}_bucket"]).SelectMany(n => this[n]).SelectMany(l => Labels().Matches(l).Select(m => m.Groups[1].Value)).Where(l => l != "le")
            .Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex(@"[{,](\w+)=""")]
    private static partial Regex Labels();
}
