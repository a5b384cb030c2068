using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Page.Tests;

/// <summary>
/// What the API would answer of clusters that a test has written: given to the browser in place of the process's own
/// answers. Who the reader is, what can be asked for and the stream of events stay those of the process.
/// </summary>
internal sealed class Answers
{
    private static readonly DateTimeOffset Never = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Plans = ["takeover", "failover"];

    private readonly ImmutableArray<Topology> clusters;
    private readonly Dictionary<string, Topology> byName = new(StringComparer.Ordinal);

    private Answers(IEnumerable<Topology> clusters)
    {
        this.clusters = [.. clusters];
        foreach (var one in this.clusters)
            foreach (var name in (string[])[one.Cluster.Value, one.Alias, .. one.Members.Select(m => m.Key.ToString())]) byName[name] = one;
    }

    /// <summary>Another text in place of one, in every answer: for what no real topology could hold.</summary>
    public Dictionary<string, string> Instead { get; } = [];

    /// <summary>Answers of their own, by path below /api/v3.</summary>
    public Dictionary<string, object> More { get; } = [];

    /// <param name="lines">A topology as tests write it.</param>
    public static Topology Cluster(string alias, string lines, string? id = null)
    {
        var read = WrittenTopology.Read(lines, alias);
        // Downtimes of written servers end an hour after noon of a day long ago.
        var members = read.Members.Select(m => m.Downtime is { } downtime ? m with { Downtime = downtime with { Until = Never } } : m);
        return new Topology(new ClusterId(id ?? $"c-{alias}"), read.TakenAt, members, alias);
    }

    public static async Task<Answers> PutAsync(Reader reader, params IEnumerable<Topology> clusters)
    {
        var answers = new Answers(clusters);
        await reader.Page.RouteAsync("**/api/v3/**", answers.AnswerAsync);
        return answers;
    }

    private async Task AnswerAsync(IRoute route)
    {
        var address = new Uri(route.Request.Url);
        var path = address.AbsolutePath["/api/v3".Length..];
        if (path == "/events") await route.ContinueAsync(new() { Url = address.GetLeftPart(UriPartial.Path) });
        else if (Of(path, Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(address.Query)) is { } answer)
            await route.FulfillAsync(new() { ContentType = "application/json", Body = Told(answer) });
        else if (path.StartsWith("/clusters/", StringComparison.Ordinal) || path.StartsWith("/recoveries/", StringComparison.Ordinal))
            await route.FulfillAsync(new() { Status = 404, ContentType = "application/problem+json", Body = """{"status":404,"detail":"it is not known","remedy":"look at the list"}""" });
        else await route.ContinueAsync();
    }

    private object? Of(string path, Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query)
    {
        if (More.TryGetValue(path, out var own)) return own;
        return path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["health"] => new HealthAnswer(Healthy: true) { RecoveryEnabled = true },
            ["clusters"] => PageOf(query),
            ["analysis"] => new Page<AnalysisAnswer>([.. clusters.SelectMany(Wrong)], null),
            ["recoveries"] or ["clusters", _, "recoveries"] => new Page<RecoverySummary>([], null),
            ["clusters", var name, "topology"] when byName.TryGetValue(Uri.UnescapeDataString(name), out var one) => ClusterAnswer.Of(one, null),
            ["clusters", var name, "analysis"] when byName.TryGetValue(Uri.UnescapeDataString(name), out var one) => new Page<AnalysisAnswer>([.. Wrong(one)], null),
            ["options"] => new { takenAt = WrittenTopology.Noon, options = Array.Empty<string>() },
            ["clusters", _, "options"] => new { takenAt = WrittenTopology.Noon, options = Plans.Select(p => new { operation = p, asks = Array.Empty<string>() }) },
            _ => null,
        };
    }

    private Page<ClusterSummary> PageOf(Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query)
    {
        var after = query.TryGetValue("after", out var text) ? int.Parse(text.ToString(), CultureInfo.InvariantCulture) : 0;
        var some = clusters.Skip(after).Take(500).Select(Summary).ToArray();
        return new(some, after + some.Length < clusters.Length ? $"/api/v3/clusters?limit=500&after={after + some.Length}" : null);
    }

    private static ClusterSummary Summary(Topology cluster)
    {
        var wrong = Wrong(cluster).ToArray();
        return new(
            cluster.Cluster, cluster.Alias, cluster.Primary?.Key, cluster.Members.Length, cluster.Members.Count(m => m.IsSeen), null,
            wrong.Length == 0 ? null : wrong.Max(a => a.Severity), [.. wrong.Select(a => a.Code)]);
    }

    private static IEnumerable<AnalysisAnswer> Wrong(Topology cluster) => AnalysisAnswer.Of(Analyzer.Analyze(cluster), cluster, null);

    private string Told(object answer)
    {
        var text = JsonSerializer.Serialize(answer, answer.GetType(), CoreJson.Options);
        foreach (var (word, other) in Instead) text = text.Replace(word, JsonSerializer.Serialize(other, CoreJson.Options)[1..^1], StringComparison.Ordinal);
        return text;
    }
}
