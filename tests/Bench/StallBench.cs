using System.Diagnostics;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Bench;

/// <summary>
/// Stops the primary under write load for a moment, again and again, and counts what the product makes of it: a primary
/// that stalls for two seconds is not to be replaced.
/// </summary>
internal sealed class StallBench(AzuriteServer azurite, double longestSeconds)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    public async Task<bool> RunAsync(int stalls)
    {
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", 3, SemiSync: true));
        await using var orchestrator = new Orchestrator(azurite.ConnectionString, $"stall{Environment.ProcessId}");
        await orchestrator.ServeAsync(fleet.Primary.Key);
        await using var writer = new Writer(fleet.Servers);
        await writer.StartAsync(fleet.Primary);
        await FailoverBench.WaitUntil(() => writer.Count > 300, "the writer did not get going");
        var (start, longest) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        var done = 0;
        while (done < stalls && Begun(orchestrator) == 0)
        {
            longest = Longer(longest, await StallAsync(fleet.Primary));
            done++;
            var written = writer.Count;
            await FailoverBench.WaitUntil(() => writer.Count > written, "nobody can write after a stall");
            // The next one comes at any point of a probe interval.
            await Task.Delay(TimeSpan.FromSeconds(0.3 + Random.Shared.NextDouble()));
            if (done % 20 == 0) Console.Error.WriteLine($"{done} stalls, {Begun(orchestrator)} recoveries begun");
        }
        // What was found late is still found.
        await Task.Delay(TimeSpan.FromSeconds(5));
        await writer.StopAsync();
        var begun = Begun(orchestrator);
        Console.WriteLine($"""
            {done} stalls of 0.1 to {longestSeconds:0.0} s, the longest {longest.TotalSeconds:0.00} s
              suspicions        {Count(orchestrator, "is suspected")}
              verdicts          {Count(orchestrator, "Verdict on")}
              recoveries begun  {begun}
              writes on another {(writer.FirstOnAnother(fleet.Primary, start) is null ? "none" : "some")}
            """);
        if (begun > 0) Console.WriteLine(string.Join('\n', orchestrator.Log.Select(l => l.Line).TakeLast(30)));
        return begun == 0;
    }

    private async Task<TimeSpan> StallAsync(FleetServer server)
    {
        var length = Shortest + ((TimeSpan.FromSeconds(longestSeconds) - Shortest) * Random.Shared.NextDouble());
        var stopped = Stopwatch.GetTimestamp();
        server.Stop();
        var left = length - Stopwatch.GetElapsedTime(stopped);
        if (left > TimeSpan.Zero) await Task.Delay(left);
        server.Continue();
        return Stopwatch.GetElapsedTime(stopped);
    }

    private static int Begun(Orchestrator orchestrator) => Count(orchestrator, " Recovery ");

    private static int Count(Orchestrator orchestrator, string text) =>
        orchestrator.Log.Count(l => $" {l.Line}".Contains(text, StringComparison.Ordinal));

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
