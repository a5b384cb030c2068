using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.FunctionsHost;

namespace OrchestratorFunctions.App.Tests.EndToEnd;

/// <summary>What a person sees who opens the log stream of the app.</summary>
public sealed class LogStreamTests
{
    [Fact]
    public async Task A_whole_failover_is_told_at_information_by_the_function_that_watches()
    {
        const string kind = "mysql-9.7";
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest(kind, 2, SemiSync: true));
        await using var host = await AppWorker.StartAsync(fleet);
        using var drained = new CancellationTokenSource();
        var window = host.CallTimerAsync("WatchTimer", drained.Token);
        await host.Log.SaysAsync("Watching watch/0: 1 clusters with 3 servers");

        fleet.Primary.Kill();
        await host.Log.SaysAsync($"Verdict on {fleet.Primary.Key}: DeadPrimary");
        var ended = await host.Log.SaysAsync("ended:");
        Assert.Contains("Recovery ", ended.Text, StringComparison.Ordinal);
        var stages = host.Log.Lines.Where(l => l.Text.Contains("Recovery ", StringComparison.Ordinal) && l.Text.Contains(" because ", StringComparison.Ordinal)).ToArray();
        Assert.True(stages.Length >= 3, string.Join('\n', host.Log.Lines));
        Assert.All(stages, l => Assert.Equal(("Function.WatchTimer.User", LogLevel.Information), (l.Category, l.Level)));
        Assert.Empty(host.Log.Dropped);

        await drained.CancelAsync();
        await window;
    }

    [Fact]
    public async Task Every_wrong_setting_is_an_error_there()
    {
        await using var host = await StandInHost.StartAsync(AppOutputs.Folder, new Dictionary<string, string> { ["Watch__Interval"] = "soon" });
        await host.Worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        var error = Assert.Single(host.Log.Lines, l => l.Level == LogLevel.Error && l.Text.Contains("does not start", StringComparison.Ordinal)).Text;
        Assert.Contains("Watch:Interval 'soon': expected a time as hours:minutes:seconds", error, StringComparison.Ordinal);
    }
}
