using System.Diagnostics;
using System.Text.Json;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.FunctionsHost;

namespace OrchestratorFunctions.Bench;

/// <summary>One failover as the app carried it out: milliseconds from the kill to a writable successor, and processor time of the worker.</summary>
internal sealed record AppFailover(double PromotedMs, double CpuMs);

/// <summary>One process of the app, from its start: milliseconds until it watches, processor time of that, memory then, its failovers in turn.</summary>
internal sealed record AppRun(double WatchingMs, double WatchingCpuMs, double AnonymousMb, double AllMb, AppFailover[] Failovers);

/// <summary>
/// The Azure door as a worker process below the stand-in for the host, on real servers, with as many cores as an instance has. The host's own
/// part is not in these figures, and neither the queue nor the durable backend is there.
/// </summary>
/// <param name="cores">Cores of the worker; 0 for all.</param>
/// <param name="environment">More variables for it, as NAME=VALUE.</param>
internal sealed class AppBench(AzuriteServer azurite, string folder, double cores, IReadOnlyList<string> environment, TimeSpan rest)
{
    public async Task<AppRun> RunOnceAsync(int number)
    {
        using var limit = cores > 0 ? CpuLimit.Of(cores) : null;
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", 3, SemiSync: true));
        var start = Stopwatch.GetTimestamp();
        await using var host = await StandInHost.StartAsync(folder, Settings(fleet, number), limit?.Launcher);
        if (host.Worker.HasExited) throw new InvalidOperationException($"the worker ended: {string.Join('\n', host.Log.Lines)}");
        using var drained = new CancellationTokenSource();
        var window = host.CallTimerAsync("WatchTimer", drained.Token);
        await host.Log.SaysAsync("1 clusters with 4 servers");
        var watching = Stopwatch.GetElapsedTime(start);
        var cpu = ProcessCost.Cpu(host.Worker.Id);
        await Task.Delay(rest);
        var memory = ProcessCost.Memory(host.Worker.Id);
        var failovers = new List<AppFailover> { await FailOverAsync(fleet, host, 1) };
        await Task.Delay(rest);
        failovers.Add(await FailOverAsync(fleet, host, 2));
        await drained.CancelAsync();
        await window;
        return new AppRun(watching.TotalMilliseconds, cpu.TotalMilliseconds, memory.Anonymous, memory.All, [.. failovers]);
    }

    private async Task<AppFailover> FailOverAsync(ServerFleet fleet, StandInHost host, int turn)
    {
        var primary = await PrimaryAsync(fleet);
        await using var roles = new RoleWatch(fleet.Servers.Where(s => s.IsRunning && s != primary));
        // Its connections are open before anything happens.
        await Task.Delay(500);
        var cpu = ProcessCost.Cpu(host.Worker.Id);
        var start = Stopwatch.GetTimestamp();
        primary.Kill();
        await FailoverBench.WaitUntil(() => roles.FirstWritableAfter(primary, start) is not null, $"nobody took over:\n{string.Join('\n', host.Log.Lines)}");
        var promoted = Stopwatch.GetElapsedTime(start, roles.FirstWritableAfter(primary, start)!.Value);
        await host.Log.SaysAsync(" ended: ", turn);
        return new AppFailover(promoted.TotalMilliseconds, (ProcessCost.Cpu(host.Worker.Id) - cpu).TotalMilliseconds);
    }

    private static async Task<FleetServer> PrimaryAsync(ServerFleet fleet)
    {
        foreach (var server in fleet.Servers.Where(s => s.IsRunning))
            if (await server.ScalarAsync<int>("SELECT @@global.read_only") == 0) return server;
        throw new InvalidOperationException("no server is writable");
    }

    private Dictionary<string, string> Settings(ServerFleet fleet, int number)
    {
        var settings = new Dictionary<string, string>
        {
            ["Storage__ConnectionString"] = azurite.ConnectionString, ["Storage__TablePrefix"] = $"app{Environment.ProcessId}r{number}",
            ["MySql__User"] = "orchestrator", ["MySql__Password"] = "orchestrator", ["MySql__ReplicationUser"] = "repl", ["MySql__ReplicationPassword"] = "repl",
            ["FailureBus__FullyQualifiedNamespace"] = "nobody.servicebus.invalid", ["Discovery__Seeds"] = fleet.Primary.Key,
            // The second failover of the cluster is wanted.
            ["Recovery__BlockWindow"] = "00:00:00",
        };
        foreach (var variable in environment) settings[variable.Split('=', 2)[0]] = variable.Split('=', 2)[1];
        return settings;
    }

    public static void Print(IReadOnlyList<AppRun> runs, bool json)
    {
        Func<Func<AppRun, double>, Figures> of = figure => Figures.Of(runs.Select(figure));
        var (watching, watchingCpu) = (of(r => r.WatchingMs), of(r => r.WatchingCpuMs));
        var (anonymous, all) = (of(r => r.AnonymousMb), of(r => r.AllMb));
        var (first, firstCpu) = (of(r => r.Failovers[0].PromotedMs), of(r => r.Failovers[0].CpuMs));
        var (second, secondCpu) = (of(r => r.Failovers[1].PromotedMs), of(r => r.Failovers[1].CpuMs));
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new { runs = runs.Count, watching, watchingCpu, anonymous, all, first, firstCpu, second, secondCpu }, JsonSerializerOptions.Web));
        else
            Console.WriteLine($"""
                the app's worker, {runs.Count} runs, milliseconds
                  start to watching            {watching}
                    processor time             {watchingCpu}
                  memory of its own, MB        {anonymous}
                  memory, MB                   {all}
                  first failover, to writable  {first}
                    processor time             {firstCpu}
                  second failover, to writable {second}
                    processor time             {secondCpu}
                """);
    }
}
