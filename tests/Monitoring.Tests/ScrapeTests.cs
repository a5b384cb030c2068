using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Flow.Running;

namespace OrchestratorFunctions.Monitoring.Tests;

/// <summary>
/// A real Prometheus scrapes a real process with a real fleet, which has had a takeover and has a closed primary: whatever the dashboard and
/// the alerts ask for is there.
/// </summary>
public sealed partial class ScrapeTests
{
    // Counters begin with their first event. These two events take five clusters and a second place.
    private static readonly Dictionary<string, string[]> NotYet = new()
    {
        [Counted(Telemetry.BreakerTripsName)] = [], [Counted(Telemetry.VantagesMissingName)] = ["shard"],
    };

    // Nothing is to be seen there while nobody has switched anything off.
    private static readonly string[] Empty = ["Which clusters are not recovered by themselves?"];

    [Fact]
    public async Task Every_expression_names_what_is_told_and_is_answered()
    {
        Promtool.SkipWithout("prometheus");
        var fleet = await Fleets.TakeAsync();
        var place = await Place.NewAsync();
        var discovered = await place.RunAsync("discover", fleet.Replicas[0].Key, "--alias", "shop");
        Assert.True(discovered.Code == 0, discovered.ToString());
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);
        await using var prometheus = PrometheusServer.Start(new Uri(child.Address).Authority);

        await TakeOverAsync(child, fleet.Replicas[1].Key);
        // Nothing is done about it by itself, so it is held.
        await fleet.Replicas[1].ExecuteAsync("SET GLOBAL super_read_only=ON");
        var (rules, fired) = await FiredAsync(prometheus, child);
        Assert.Matches(@"^NoWritablePrimary is held \(\w+\) in cluster shop \(\S+\)$", fired);

        var told = await prometheus.SeriesAsync();
        Assert.DoesNotContain(NotYet.Keys, told.ContainsKey);
        foreach (var (name, labels) in NotYet) told[name] = labels.Append("instance").ToHashSet();
        foreach (var rule in rules.Where(r => r.GetProperty("type").GetString() == "recording"))
            told[rule.GetProperty("name").GetString()!] = (await LabelsAsync(prometheus, rule.GetProperty("name").GetString()!)).ToHashSet();
        var ours = Dashboard.Ours;
        var expressions = ours.Panels.SelectMany(p => p.Expressions).Append(ours.ClusterQuery).Select(ours.Filled)
            .Concat(rules.Select(r => r.GetProperty("query").GetString()!)).ToArray();
        string[] unknown = [.. expressions.SelectMany(e => new Expression(e).Unknown(told))];
        Assert.True(unknown.Length == 0, string.Join('\n', unknown));
        foreach (var expression in expressions) Assert.Equal(("", expression), ((await prometheus.QueryAsync(expression)).Wrong, expression));
        // A rate takes two scrapes, and something that was counted between them.
        IEnumerable<string> empty = [];
        await Eventually.HoldsAsync(
            "every other panel shows something", async () => Empty.SequenceEqual(empty = await NothingToSeeAsync(prometheus)),
            () => Task.FromResult(string.Join('\n', empty)));
        Assert.Empty(await NamelessAsync(prometheus));
    }

    private static async Task TakeOverAsync(Child child, string to)
    {
        var (status, answer) = await child.PostAsync($"clusters/shop/takeover?to={to}");
        Assert.True(status == HttpStatusCode.Accepted, answer.ToString());
        var see = answer.GetProperty("see").GetString()!["/api/v3/".Length..];
        await Eventually.HoldsAsync("the takeover ends", async () => await child.GetAsync(see) is { } r && r.TryGetProperty("outcome", out _), () => Task.FromResult(child.Log));
        Assert.Equal("promoted", (await child.GetAsync(see))!.Value.GetProperty("outcome").GetProperty("result").GetString());
    }

    // Every rule was evaluated without an error, and what had just happened was told to somebody.
    private static async Task<(JsonElement[] Rules, string Summary)> FiredAsync(PrometheusServer prometheus, Child child)
    {
        JsonElement[] rules = [], fired = [];
        await Eventually.HoldsAsync("every rule is evaluated and the hold is told", async () =>
        {
            rules = await prometheus.RulesAsync();
            fired = [.. rules.Where(r => r.GetProperty("name").GetString() == "OrchestratorRecoveryHeld").SelectMany(r => r.GetProperty("alerts").EnumerateArray())];
            return fired.Length > 0 && rules.All(r => r.GetProperty("health").GetString() == "ok")
                && await prometheus.QueryAsync("min(orchestrator_cluster_writers)") is { Values: [0] };
        }, () => Task.FromResult($"{string.Join('\n', rules)}\n{prometheus.Log}\n{child.Log}"));
        Assert.Equal(Alert.All.Length, rules.Count(r => r.GetProperty("type").GetString() == "alerting"));
        return (rules, fired[0].GetProperty("annotations").GetProperty("summary").GetString()!);
    }

    private static async Task<IEnumerable<string>> LabelsAsync(PrometheusServer prometheus, string recorded)
    {
        var answer = await prometheus.AskAsync("series", ("match[]", recorded));
        return answer!.Value.GetProperty("data").EnumerateArray().SelectMany(s => s.EnumerateObject().Select(l => l.Name)).Distinct();
    }

    // Panels in which a person would see nothing, or no number.
    private static async Task<IEnumerable<string>> NothingToSeeAsync(PrometheusServer prometheus)
    {
        var empty = new List<string>();
        foreach (var panel in Dashboard.Ours.Panels)
        {
            var values = new List<double>();
            foreach (var expression in panel.Expressions) values.AddRange((await prometheus.QueryAsync(Dashboard.Ours.Filled(expression))).Values);
            if (values.All(double.IsNaN)) empty.Add(panel.Title);
        }
        return empty;
    }

    // Series that are called by a label which they do not have.
    private static async Task<IEnumerable<string>> NamelessAsync(PrometheusServer prometheus)
    {
        var nameless = new List<string>();
        foreach (var target in Dashboard.Ours.Panels.SelectMany(p => p.Targets))
        {
            var (values, labels, _) = await prometheus.QueryAsync(Dashboard.Ours.Filled(target.Expression));
            var called = Label().Matches(target.Legend).Select(m => m.Groups[1].Value);
            if (values.Length > 0) nameless.AddRange(called.Where(l => !labels.Contains(l)).Select(l => $"no {l} in {target.Expression}"));
        }
        return nameless;
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Label();

    // As the exporter names a counter.
    private static string Counted(string name) => $"{name.Replace('.', '_')}_total";
}
