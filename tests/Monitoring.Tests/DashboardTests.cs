using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Monitoring.Tests;

/// <summary>What a person finds on the dashboard. Whether its expressions mean anything, <see cref="ScrapeTests"/> ask.</summary>
public sealed partial class DashboardTests
{
    public static TheoryData<string> Titles => [.. Dashboard.Ours.Panels.Select(p => p.Title)];

    [Fact]
    public void Questions_come_in_the_order_of_the_night() =>
        Assert.Equal(
            [
                "Is anything wrong now?", "Can recoveries run?", "Does each cluster have one writer?", "What was recovered lately?", "What is held, and why?",
                "Could each cluster lose its primary?", "Does the program itself keep up?",
            ],
            Dashboard.Ours.Rows);

    [Fact]
    public void It_asks_where_prometheus_the_page_and_the_documents_are() =>
        Assert.Equal(
            [("datasource", "datasource"), ("cluster", "query"), ("named", "constant"), ("pageUrl", "textbox"), ("docsUrl", "textbox")],
            Dashboard.Ours.Variables.Select(v => (v.Key, v.Value)));

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_panel_says_what_to_do_and_where_to_read_on(string title)
    {
        var panel = Dashboard.Ours.Panels.Single(p => p.Title == title);
        Assert.Matches(@"\.$", panel.Description);
        Assert.NotEmpty(panel.Unit);
        Assert.Equal("${datasource}", panel.DataSource);
        Assert.NotEmpty(panel.Expressions);
        Assert.Equal(["${pageUrl}/web/"], panel.Links.Where(l => l.StartsWith("${pageUrl}", StringComparison.Ordinal)));
        var document = Assert.Single(panel.Links, l => l.StartsWith("${docsUrl}/", StringComparison.Ordinal));
        Assert.True(Tree.Leads(document["${docsUrl}/".Length..]), document);
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public void What_is_measured_in_seconds_is_shown_in_seconds(string title)
    {
        var panel = Dashboard.Ours.Panels.Single(p => p.Title == title);
        Assert.Equal(panel.Expressions.All(e => e.Contains("_seconds", StringComparison.Ordinal)), panel.Unit == "s");
    }

    [Fact]
    public void The_workbook_on_Azure_asks_the_same_questions_by_the_same_names()
    {
        using var workbook = JsonDocument.Parse(Tree.Read("infra/modules/workbook.json"));
        var asked = workbook.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("content")).Where(c => c.TryGetProperty("query", out _))
            .Select(c => (Title: c.GetProperty("title").GetString()!, Counter: Counter().Match(c.GetProperty("query").GetString()!).Groups[1].Value)).ToArray();
        // Its errors come from a log, and Prometheus has none.
        Assert.Equal(["Newest errors"], asked.Where(a => a.Counter.Length == 0).Select(a => a.Title));
        Assert.All(asked.Where(a => a.Counter.Length > 0), a =>
            Assert.Contains($"{a.Counter.Replace('.', '_')}_total", string.Concat(Dashboard.Ours.Panels.Single(p => p.Title == a.Title).Expressions), StringComparison.Ordinal));
    }

    [GeneratedRegex(@"Name == '(orchestrator\.[a-z.]+)'")]
    private static partial Regex Counter();
}
