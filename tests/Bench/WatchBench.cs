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

    public static async Task RunAsync(int servers, double intervalSeconds, int seconds, bool json)
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", servers - 1, SemiSync: servers > 1));
        var idle = await ServersAsync(fleet, seconds / 2);
        await using var orchestrator = new Orchestrator(azurite.ConnectionString, $"watch{Environment.ProcessId}", null, $"Watch:Interval={TimeSpan.FromSeconds(intervalSeconds)}");
        await orchestrator.ServeAsync(fleet.Primary.Key);
        await Task.Delay(Settling);
        var before = ProcessCost.Cpu(orchestrator.ProcessId);
        var watched = await ServersAsync(fleet, seconds);
        var own = (ProcessCost.Cpu(orchestrator.ProcessId) - before).TotalSeconds / seconds * 100;
        using var process = Process.GetProcessById(orchestrator.ProcessId);
        var memory = process.WorkingSet64 / 1048576.0;
        var cost = new
        {
            servers, intervalSeconds, seconds, watcherCpuPercent = Math.Round(own, 2), watcherMemoryMb = Math.Round(memory, 1),
            serversCpuPercentIdle = Math.Round(idle, 2), serversCpuPercentWatched = Math.Round(watched, 2),
        };
        if (json) Console.WriteLine(JsonSerializer.Serialize(cost, JsonSerializerOptions.Web));
        else
            Console.WriteLine($"""
                watching {servers} idle servers every {intervalSeconds} s for {seconds} s
                  watcher: {own:0.00} % of one core, {memory:0} MB
                  servers together: {watched:0.00} % of one core, {idle:0.00} % unwatched
                """);
    }

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
