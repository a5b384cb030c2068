using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Bench;

/// <summary>One failover from beginning to end, with everything a spectator wants to see.</summary>
internal static class Demo
{
    public static async Task<int> RunAsync(FaultKind fault, bool keep, bool log)
    {
        Say("Starting the storage emulator, one primary and three replicas with semi-sync ...");
        await using var azurite = await AzuriteServer.StartAsync();
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", 3, SemiSync: true));
        Say($"Servers: {fleet.Kind}");
        await using var orchestrator = new Orchestrator(azurite.ConnectionString, "demo");
        await orchestrator.ServeAsync(fleet.Primary.Key);
        Show($"The topology, discovered from {fleet.Primary.Key}:", await orchestrator.GetAsync($"clusters/{fleet.Primary.Key}/topology.txt"));
        await using var writer = new Writer(fleet.Servers);
        await writer.StartAsync(fleet.Primary);
        await using var roles = new RoleWatch(fleet.Servers);
        await FailoverBench.WaitUntil(() => writer.Count > 500, "the writer did not get going");
        Say($"A client writes to {fleet.Primary.Key}: {writer.Count} rows acknowledged so far.");
        await Task.Delay(2000);

        var start = Stopwatch.GetTimestamp();
        await BreakAsync(fault, fleet, orchestrator);
        await FailoverBench.WaitUntil(() => writer.FirstOnAnother(fleet.Primary, start) is not null, "nobody took over; the watcher said:\n" + string.Join('\n', orchestrator.Log.Select(l => l.Line)));
        var promoted = roles.FirstWritableAfter(fleet.Primary, start);
        var woken = fault == FaultKind.Hang ? await WakeAsync(fleet, roles) : (TimeSpan?)null;
        await Task.Delay(1500);
        await writer.StopAsync();
        var code = await ReportAsync(fault, fleet, orchestrator, writer, start, promoted, woken, keep);
        if (log) Show("The watcher's log:", string.Join('\n', orchestrator.Log.Select(l => l.Line)));
        return code;
    }

    private static async Task BreakAsync(FaultKind fault, ServerFleet fleet, Orchestrator orchestrator)
    {
        switch (fault)
        {
            case FaultKind.Kill:
                Say($"\n>>> kill -9 of the primary {fleet.Primary.Key}\n");
                fleet.Primary.Kill();
                break;
            case FaultKind.Hang:
                Say($"\n>>> the primary {fleet.Primary.Key} freezes (SIGSTOP)\n");
                fleet.Primary.Stop();
                break;
            default:
                Say("\n>>> a planned takeover\n");
                var (code, output, error) = await orchestrator.RunAsync("takeover", fleet.Primary.Key);
                Show(code == 0 ? "The command says:" : $"The command failed with exit code {code}:", error + output);
                break;
        }
    }

    private static async Task<TimeSpan> WakeAsync(ServerFleet fleet, RoleWatch roles)
    {
        await Task.Delay(1000);
        Say($">>> the frozen server {fleet.Primary.Key} wakes up (SIGCONT)\n");
        var woken = Stopwatch.GetTimestamp();
        fleet.Primary.Continue();
        await FailoverBench.WaitUntil(() => roles.AnsweredSince(fleet.Primary, woken), "the frozen server did not answer again");
        await Task.Delay(2000);
        return roles.WritableAfter(fleet.Primary, woken);
    }

    private static async Task<int> ReportAsync(
        FaultKind fault, ServerFleet fleet, Orchestrator orchestrator, Writer writer, long start, long? promoted, TimeSpan? woken, bool keep)
    {
        var successor = fleet.Replicas[0];
        foreach (var replica in fleet.Replicas)
            if (await replica.ScalarAsync<int>("SELECT @@global.read_only") == 0) successor = replica;
        var lost = await writer.LostAsync(successor);
        Say("Timeline (milliseconds since the fault):");
        Line("suspected", orchestrator.FirstAfter(start, "is suspected"));
        Line("verdict", orchestrator.FirstAfter(start, "Verdict on"));
        Line($"{successor.Key} promoted and writable", promoted);
        Line("first write acknowledged by it", writer.FirstOnAnother(fleet.Primary, start));
        Say($"  {"write outage as the client saw it",-45} {writer.Outage(fleet.Primary)?.TotalMilliseconds,8:0.0}");
        if (woken is { } w) Say($"  {"old primary writable after it woke",-45} {w.TotalMilliseconds,8:0.0}");
        Show("\nThe topology now:", await orchestrator.GetAsync($"clusters/{successor.Key}/topology.txt"));
        Show("The record:", await RecordAsync(orchestrator));
        Say($"Acknowledged writes: {writer.Count}, lost: {lost}");
        if (keep) await KeepAsync(fleet, orchestrator);
        return lost == 0 && promoted is not null ? 0 : 1;

        void Line(string what, long? at) =>
            Say($"  {what,-45} {(at is { } t ? Stopwatch.GetElapsedTime(start, t).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) : "-"),8}");
    }

    private static async Task<string> RecordAsync(Orchestrator orchestrator)
    {
        for (var turn = 0; turn < 100; turn++)
        {
            var done = (await orchestrator.ListAsync("recoveries"))
                .FirstOrDefault(r => r.TryGetProperty("endedAt", out _) && r.GetProperty("kind").GetString() is "DeadPrimary" or "Takeover");
            if (done.ValueKind == JsonValueKind.Object) return await orchestrator.GetAsync($"recoveries/{done.GetProperty("id").GetString()}.txt");
            await Task.Delay(100);
        }
        return "there is none that has ended: " + await orchestrator.GetAsync("recoveries");
    }

    private static async Task KeepAsync(ServerFleet fleet, Orchestrator orchestrator)
    {
        Say($"\nLeft running until Ctrl-C:\n  HTTP     http://127.0.0.1:{orchestrator.Port}/api/v3/clusters");
        foreach (var server in fleet.Servers) Say($"  server   {server.Key} {(server.IsRunning ? "" : "(dead)")}, accounts admin/admin and app/app");
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
        await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static void Say(string text) => Console.WriteLine(text);

    private static void Show(string title, string text) => Console.WriteLine($"{title}\n{string.Join('\n', text.TrimEnd('\n').Split('\n').Select(l => "  " + l))}\n");
}
