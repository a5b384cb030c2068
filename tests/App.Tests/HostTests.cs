using System.Text.Json;
using OrchestratorFunctions.App.Timers;

namespace OrchestratorFunctions.App.Tests;

/// <summary>The app as the Functions host reads it: the metadata the build makes of the triggers, and host.json.</summary>
public sealed class HostTests
{
    private static readonly Dictionary<string, JsonElement> Functions = Read("functions.metadata").EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!);
    private static readonly JsonElement Extensions = Read("host.json").GetProperty("extensions");

    [Fact]
    public void The_host_finds_every_function_once_and_no_other() => Assert.Equal(
        [
            "BeginRecovery", "CleanTimer", "DetectTimer", "FailureTrigger", "Http", "Page", "RecoverCluster", "RunPlan", "RunStage", "SignalRecovery",
            "WatchTimer", "WatchTimer1", "WatchTimer2", "WatchTimer3", "WatchTimer4", "WatchTimer5", "WatchTimer6", "WatchTimer7",
        ],
        Functions.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Failures_come_one_by_one_in_sessions_and_are_settled_by_us()
    {
        var trigger = Trigger("FailureTrigger");
        Assert.Equal((Names.FailureQueue, Names.FailureBus), (trigger.GetProperty("queueName").GetString(), trigger.GetProperty("connection").GetString()));
        Assert.True(trigger.GetProperty("isSessionsEnabled").GetBoolean());
        Assert.False(trigger.GetProperty("autoCompleteMessages").GetBoolean());
        Assert.False(trigger.TryGetProperty("cardinality", out var cardinality) && cardinality.GetString() == "Many");
        Assert.False(Extensions.GetProperty("serviceBus").GetProperty("autoCompleteMessages").GetBoolean());
    }

    [Fact]
    public void Schedules_are_six_fields_the_host_can_read()
    {
        var timers = Functions.Keys.Where(f => f.EndsWith("Timer", StringComparison.Ordinal) || f.StartsWith("WatchTimer", StringComparison.Ordinal)).ToArray();
        Assert.Equal(10, timers.Length);
        Assert.All(timers, t => Assert.Matches(@"^(\*|\*/[1-9]\d?|\d{1,2})( (\*|\*/[1-9]\d?|\d{1,2})){5}$", Trigger(t).GetProperty("schedule").GetString()!));
    }

    [Fact]
    public void A_window_is_shorter_than_the_host_lets_a_function_run() =>
        Assert.True(WatchTimers.Window < TimeSpan.Parse(Read("host.json").GetProperty("functionTimeout").GetString()!, null));

    [Fact]
    public void Paths_reach_the_api_as_they_are_asked_for()
    {
        Assert.Equal("", Extensions.GetProperty("http").GetProperty("routePrefix").GetString());
        Assert.Equal("{*path}", Trigger("Http").GetProperty("route").GetString());
        Assert.Equal("Function", Trigger("Http").GetProperty("authLevel").GetString());
        Assert.Equal("web/{*path}", Trigger("Page").GetProperty("route").GetString());
        Assert.Equal("Anonymous", Trigger("Page").GetProperty("authLevel").GetString());
    }

    /// <summary>A worker killed in an activity is replaced after this long; the lease of the cluster is free by then. What the extension accepts: HostJsonTests.</summary>
    [Fact]
    public void Work_of_a_dead_worker_comes_back_soon()
    {
        var provider = Extensions.GetProperty("durableTask").GetProperty("storageProvider");
        foreach (var name in (string[])["controlQueueVisibilityTimeout", "workItemQueueVisibilityTimeout"])
            Assert.InRange(TimeSpan.Parse(provider.GetProperty(name).GetString()!, null), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Every_value_of_host_json_has_its_reason_in_the_documentation()
    {
        var documented = File.ReadAllText(Path.Combine(AppOutputs.Root, "docs", "azure.md"));
        var names = Leaves(Read("host.json")).Distinct().ToArray();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches($@"\b{System.Text.RegularExpressions.Regex.Escape(name)}\b", documented));
    }

    private static IEnumerable<string> Leaves(JsonElement element) => element.EnumerateObject().SelectMany(p =>
        p.Value.ValueKind == JsonValueKind.Object ? Leaves(p.Value) : [p.Name]);

    private static JsonElement Trigger(string function) => Functions[function].GetProperty("bindings")[0];

    private static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppOutputs.Folder, file))).RootElement.Clone();
}
