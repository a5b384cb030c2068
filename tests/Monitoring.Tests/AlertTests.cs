using System.Text.RegularExpressions;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Monitoring.Tests;

/// <summary>The alerts as text, and what promtool says of them.</summary>
public sealed partial class AlertTests
{
    public static TheoryData<string> Names => [.. Alert.All.Select(a => a.Name)];

    [Theory]
    [InlineData("check", "rules", "alerts.yaml")]
    [InlineData("check", "config", "prometheus.yaml")]
    [InlineData("test", "rules", "alerts.test.yaml")]
    public void Promtool_finds_nothing_wrong(params string[] arguments)
    {
        var (code, says) = Promtool.Run(arguments);
        Assert.True(code == 0, says);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_alert_says_what_is_so_and_what_to_do(string name)
    {
        var alert = Alert.All.Single(a => a.Name == name);
        Assert.Contains(alert["severity"], (string[])["critical", "warning"]);
        Assert.Matches(@"^\d+[smh]$", alert["for"]);
        Assert.NotEmpty(alert["summary"]);
        Assert.Matches(@"\.$", alert["description"]);
        Assert.True(Tree.Leads(alert["runbook"]), alert["runbook"]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_alert_is_seen_to_fire_in_a_test(string name) =>
        Assert.Matches($"ALERTS{{alertname=\"{name}\", alertstate=\"firing\"", Tree.Read("infra/monitoring/alerts.test.yaml"));

    [Fact]
    public void The_page_lists_every_alert_with_its_severity_and_how_long_it_waits() =>
        Assert.Equal(
            Alert.All.Select(a => $"{a.Name} {a["severity"]} {a["for"]}"),
            Row().Matches(Tree.Read("infra/monitoring/README.md")).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {m.Groups[3].Value}"));

    [Fact]
    public void A_failed_recovery_is_one_that_began_by_itself()
    {
        var kinds = Kinds().Match(Alert.All.Single(a => a.Name == "OrchestratorRecoveryFailed").Text).Groups[1].Value;
        Assert.Equal(PlanKinds.All.Where(k => k.IsAutomatic).Select(k => k.Name).Order(), kinds.Split('|').Order());
    }

    // A misspelt reason would wake somebody for what a person chose, and no test of the rule alone would tell.
    [Fact]
    public void Reasons_that_wake_nobody_are_among_those_that_are_counted()
    {
        var reasons = Reasons().Match(Alert.All.Single(a => a.Name == "OrchestratorRecoveryHeld").Text).Groups[1].Value.Split('|');
        var row = Tree.Read("docs/operations.md").Split('\n').Single(l => l.StartsWith("| `orchestrator_holds_total`", StringComparison.Ordinal));
        Assert.All(reasons, r => Assert.Contains($"`{r}`", row, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| `(Orchestrator\w+)` \| (\w+) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("kind=~\"([^\"]+)\"")]
    private static partial Regex Kinds();

    [GeneratedRegex("reason!~\"([^\"]+)\"")]
    private static partial Regex Reasons();
}
