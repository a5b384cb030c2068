using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Infra.Tests;

public partial class NameTests
{
    public static TheoryData<string> Files => [.. Snapshot.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_queue_is_the_one_the_app_reads(string file)
    {
        var queue = Snapshot.All.Single(s => s.Name == file).One("Microsoft.ServiceBus/namespaces/queues");
        Assert.Equal(Contract.Queue, queue["name"]!.ToString().Split('/')[^1]);
        Assert.Equal(
            "requiresSession true, requiresDuplicateDetection true, duplicateDetectionHistoryTimeWindow PT10M, maxDeliveryCount 5, lockDuration PT1M, "
            + "defaultMessageTimeToLive P1D, deadLetteringOnMessageExpiration true",
            string.Join(", ", queue["properties"]!.AsObject().Select(p => $"{p.Key} {p.Value}")));
    }

    [Fact]
    public void The_package_goes_where_the_app_is_read_from()
    {
        Assert.EndsWith($"/{Contract.Container}", Snapshot.Small.One("Microsoft.Storage/storageAccounts/blobServices/containers")["name"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("outputs.deploymentContainerUrl.value", Snapshot.Small.Site["functionAppConfig"]!["deployment"]!["storage"]!["value"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("infra/main", 1, 1)]
    [InlineData("infra/large", 4, 1)]
    [InlineData("tests/Infra.Tests/every", 8, 2)]
    public void Every_shard_has_an_always_ready_watcher_and_the_other_timers_are_off(string file, int shards, int instances)
    {
        var snapshot = Snapshot.All.Single(s => s.Name == file);
        var ready = snapshot.AlwaysReady.Where(a => a.Key.StartsWith("function:", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Contract.WatchTimers.Take(shards).Select(t => $"function:{t}"), ready.Select(a => a.Key));
        Assert.All(ready, a => Assert.Equal(instances, a.Value));
        // Whatever looks like switching a function off, by a name the host reads or by one it does not.
        var off = snapshot.Settings.Where(s => s.Key.EndsWith("Disabled", StringComparison.OrdinalIgnoreCase)).ToArray();
        var unused = Contract.WatchTimers.Skip(shards).Select(Contract.Disabled).Order(StringComparer.Ordinal);
        Assert.Equal(unused, off.Select(s => s.Key).Order(StringComparer.Ordinal));
        Assert.All(off, s => Assert.Equal("true", s.Value));
    }

    [Fact]
    public void The_host_reads_the_name_by_which_a_timer_is_off()
    {
        var read = Contract.StringsOfTheHost();
        Assert.Contains(Contract.Disabled("{0}"), read);
        // What the platform makes of it on Linux.
        Assert.Contains(Contract.Disabled("{0}").Replace('.', '_'), read);
        // No hyphen: the platform refuses a setting with one on Linux.
        Assert.All(Contract.WatchTimers, t => Assert.Matches("^[A-Za-z0-9_.]+$", Contract.Disabled(t)));
    }

    [Fact]
    public void The_task_hub_of_the_host_is_ours()
    {
        var hub = JsonNode.Parse(Bicep.Read("host.json"))!["extensions"]?["durableTask"]?["hubName"]?.ToString();
        Assert.Equal(Contract.TaskHub, hub);
    }

    [Fact]
    public void Alerts_and_the_workbook_read_counters_the_app_counts()
    {
        var alerts = string.Concat(Snapshot.Small.Of("Microsoft.Insights/scheduledQueryRules").Select(Query));
        Assert.Equal(Contract.Counters, Counter().Matches(alerts).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));
        var workbook = Bicep.Read("infra/modules/workbook.json");
        Assert.NotNull(JsonNode.Parse(workbook));
        Assert.Equal(Contract.Counters, Counter().Matches(workbook).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("infra/main", 1)]
    [InlineData("infra/large", 4)]
    public void Silence_of_a_shard_fires_even_when_no_data_arrives(string file, int shards)
    {
        var rule = Snapshot.All.Single(s => s.Name == file).Of("Microsoft.Insights/scheduledQueryRules").Single(r => r["name"]!.ToString().StartsWith("no-heartbeat-", StringComparison.Ordinal));
        Assert.Contains($"range index from 0 to {shards} - 1 step 1\n| project shard = strcat('watch/', index)\n| join kind=leftouter", Query(rule), StringComparison.Ordinal);
        Assert.Contains("by shard = tostring(Properties.shard)", Query(rule), StringComparison.Ordinal);
        Assert.Equal("watch/3", OrchestratorFunctions.Flow.Settings.Shard.NameOf(3));
        Assert.Contains("coalesce(beats, 0.0) <= 0", Query(rule), StringComparison.Ordinal);
        Assert.Equal("true", rule["properties"]!["skipQueryValidation"]!.ToJsonString());
        var criterion = rule["properties"]!["criteria"]!["allOf"]![0]!;
        Assert.Equal("Count GreaterThan 0", $"{criterion["timeAggregation"]} {criterion["operator"]} {criterion["threshold"]}");
    }

    [Fact]
    public void There_is_an_alert_for_each_thing_that_must_be_seen() =>
        Assert.Equal(["breaker-tripped", "dead-letters", "hold", "no-heartbeat", "recovery-failed", "vantages-missing"],
            new[] { "Microsoft.Insights/scheduledQueryRules", "Microsoft.Insights/metricAlerts" }.SelectMany(Snapshot.Every.Of).Select(r => r["name"]!.ToString().Replace("-every", "", StringComparison.Ordinal)).Order());

    [Fact]
    public void The_deployment_tool_finds_the_app()
    {
        var azd = Bicep.Read("azure.yaml");
        var service = Service().Match(azd);
        Assert.Equal(service.Groups[1].Value, Snapshot.Small.One("Microsoft.Web/sites")["tags"]!["azd-service-name"]!.ToString());
        Assert.True(Directory.Exists(Bicep.PathOf(service.Groups[2].Value)), service.Groups[2].Value);
        Assert.True(File.Exists(Bicep.PathOf($"infra/{Module().Match(azd).Groups[1].Value}.bicepparam")));
    }

    [Fact]
    public void The_workflow_gives_all_the_parameter_files_read_but_secrets()
    {
        var workflow = Bicep.Read(".github/workflows/azure.yml");
        var plain = Bicep.Variables.Where(v => !v.EndsWith("PASSWORD", StringComparison.Ordinal) && v is not ("HOOK_URL" or "HOOK_SECRET"));
        Assert.Equal(plain.Order(StringComparer.Ordinal), Given().Matches(workflow).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("secrets.", workflow, StringComparison.Ordinal);
    }

    private static string Query(JsonObject rule) => rule["properties"]!["criteria"]!["allOf"]![0]!["query"]!.ToString();

    [GeneratedRegex(@"orchestrator\.[a-z]+(?:\.[a-z]+)*(?=')")]
    private static partial Regex Counter();

    [GeneratedRegex(@"services:\n  (\w+):\n    project: (\S+)")]
    private static partial Regex Service();

    [GeneratedRegex(@"^  ([A-Z_]+): \$\{\{ vars\.\1\b", RegexOptions.Multiline)]
    private static partial Regex Given();

    [GeneratedRegex(@"module: (\w+)")]
    private static partial Regex Module();
}
