using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Bench;

/// <summary>What watching costs: processor time of the watcher and of the watched, memory of the watcher.</summary>
internal static class WatchBench
{
    /// <summary>
    /// What is compiled and opened at the start is not the cost of watching. Code is compiled once more after so many
    /// calls; of what runs once a second the last is in the third minute, and a rest every half minute.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(4);

    /// <param name="against">The folder of another build that watches the same servers at the same time; null for none.</param>
    public static async Task RunAsync(int servers, double intervalSeconds, int seconds, string? against, bool json)
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", servers - 1, SemiSync: servers > 1));
        var idle = await ServersAsync(fleet, seconds / 2);
        await using var own = Watcher(azurite, "", null, intervalSeconds);
        await using var other = against is null ? null : Watcher(azurite, "other", against, intervalSeconds);
        Orchestrator[] all = other is null ? [own] : [own, other];
        foreach (var one in all) await one.ServeAsync(fleet.Primary.Key);
        await Task.Delay(Settling);
        var before = all.Select(o => ProcessCost.Cpu(o.ProcessId)).ToArray();
        var watched = await ServersAsync(fleet, seconds);
        var took = all.Select((o, i) => (ProcessCost.Cpu(o.ProcessId) - before[i]).TotalSeconds / seconds * 100).ToArray();
        using var process = Process.GetProcessById(own.ProcessId);
        var memory = process.WorkingSet64 / 1048576.0;
        var cost = new
        {
            servers, intervalSeconds, seconds, watcherCpuPercent = Math.Round(took[0], 2), watcherMemoryMb = Math.Round(memory, 1),
            otherCpuPercent = other is null ? null : (double?)Math.Round(took[1], 2),
            serversCpuPercentIdle = Math.Round(idle, 2), serversCpuPercentWatched = Math.Round(watched, 2),
        };
        if (json) Console.WriteLine(JsonSerializer.Serialize(cost, JsonSerializerOptions.Web));
        else
            Console.WriteLine($"""
                watching {servers} idle servers every {intervalSeconds} s for {seconds} s
                  watcher: {took[0]:0.00} % of one core, {memory:0} MB{(other is null ? "" : $"; other: {took[1]:0.00} %; {took[0] / took[1] * 100:0} % of the other")}
                  servers together: {watched:0.00} % of one core, {idle:0.00} % unwatched
                """);
    }

    private static Orchestrator Watcher(AzuriteServer azurite, string name, string? program, double intervalSeconds) =>
        new(azurite.ConnectionString, $"watch{name}{Environment.ProcessId}", program, $"Watch:Interval={TimeSpan.FromSeconds(intervalSeconds)}");

    private static async Task<double> ServersAsync(ServerFleet fleet, int seconds)
    {
        var pids = fleet.Servers.Select(ProcessOf).ToArray();
        var before = pids.Sum(p => ProcessCost.Cpu(p).TotalSeconds);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        return (pids.Sum(p => ProcessCost.Cpu(p).TotalSeconds) - before) / seconds * 100;
    }

    // Its data directory, named on the command line, ends in the port.
    private static int ProcessOf(FleetServer server) =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _)).Select(n => int.Parse(n!, CultureInfo.InvariantCulture))
            .First(pid => CommandLine(pid).Contains($"/{server.Port.ToString(CultureInfo.InvariantCulture)}/data", StringComparison.Ordinal));

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
