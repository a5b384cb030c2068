using System.Diagnostics;
using System.Text.Json;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Bench;

/// <summary>What is done to the primary.</summary>
internal enum FaultKind
{
    Kill,
    Hang,
    Switch,
}

/// <summary>One run, in milliseconds since the fault (outage: as the client saw it; processor time: of the watching process until half a second after the takeover).</summary>
internal sealed record FailoverRun(double Suspicion, double Verdict, double Promoted, double Outage, long Lost, double DualWriter, double Cpu)
{
    /// <summary>From the verdict to the writable successor.</summary>
    public double Recovery => Promoted - Verdict;
}

/// <summary>Breaks the primary of a fresh topology under write load, run after run, and measures what follows.</summary>
/// <param name="vantages">How many processes watch from places of their own, all of which must agree.</param>
/// <param name="program">The folder of another build of the program; null for the one of this tree.</param>
internal sealed class FailoverBench(AzuriteServer azurite, FaultKind fault, int vantages = 1, string? program = null)
{
    /// <summary>Two writers for longer than this are looked into: what the process logged is printed.</summary>
    private static readonly TimeSpan Strange = TimeSpan.FromMilliseconds(500);

    public async Task<FailoverRun> RunOnceAsync(int number)
    {
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", 3, SemiSync: true));
        await using var orchestrator = New(number, place: 1);
        orchestrator.Begin(fleet.Primary.Key);
        await WaitUntil(() => orchestrator.Log.Any(l => l.Line.Contains("Watching", StringComparison.Ordinal)), "the first process does not watch");
        await using var observers = new Observers(Enumerable.Range(2, vantages - 1).Select(place => New(number, place)));
        await observers.StartAsync(fleet.Primary.Key);
        await orchestrator.HealthyAsync();
        await using var writer = new Writer(fleet.Servers);
        await writer.StartAsync(fleet.Primary);
        await using var roles = new RoleWatch(fleet.Servers);
        await WaitUntil(() => writer.Count > 300, "the writer did not get going");
        // The fault comes at any point of a probe interval.
        await Task.Delay(TimeSpan.FromSeconds(2 + Random.Shared.NextDouble()));

        var cpu = ProcessCost.Cpu(orchestrator.ProcessId);
        var start = Stopwatch.GetTimestamp();
        await BreakAsync(fleet, orchestrator);
        await WaitUntil(() => writer.FirstOnAnother(fleet.Primary, start) is not null, "nobody took over: " + string.Join('\n', orchestrator.Log.Select(l => l.Line)));
        var dual = fault == FaultKind.Hang ? await ContinueAsync(fleet, roles) : roles.WritableAfter(fleet.Primary, roles.FirstWritableAfter(fleet.Primary, start) ?? start);
        await Task.Delay(500);
        var spent = ProcessCost.Cpu(orchestrator.ProcessId) - cpu;
        if (dual > Strange) Console.WriteLine(string.Join('\n', orchestrator.Log.Select(l => $"  {Since(start, l.At):0} ms {l.Line}")));
        await writer.StopAsync();
        var successor = await SuccessorAsync(fleet);
        return new FailoverRun(
            Since(start, orchestrator.FirstAfter(start, "is suspected")), Since(start, orchestrator.FirstAfter(start, "Verdict on")),
            Since(start, roles.FirstWritableAfter(fleet.Primary, start)), writer.Outage(fleet.Primary)!.Value.TotalMilliseconds,
            await writer.LostAsync(successor), dual.TotalMilliseconds, spent.TotalMilliseconds);
    }

    private Orchestrator New(int number, int place) => new(
        azurite.ConnectionString, $"bench{Environment.ProcessId}r{number}{(program is null ? "" : "b")}", program,
        vantages == 1 ? [] : [$"Watch:Vantage=place{place}", $"Detection:Vantages={vantages}"]);

    private async Task BreakAsync(ServerFleet fleet, Orchestrator orchestrator)
    {
        switch (fault)
        {
            case FaultKind.Kill: fleet.Primary.Kill(); break;
            case FaultKind.Hang: fleet.Primary.Stop(); break;
            default:
                var (code, output, error) = await orchestrator.RunAsync("takeover", fleet.Primary.Key);
                if (code != 0) throw new InvalidOperationException($"takeover failed: {output}{error}");
                break;
        }
    }

    private static async Task<TimeSpan> ContinueAsync(ServerFleet fleet, RoleWatch roles)
    {
        await Task.Delay(1000);
        var woken = Stopwatch.GetTimestamp();
        fleet.Primary.Continue();
        await WaitUntil(() => roles.AnsweredSince(fleet.Primary, woken), "the frozen server did not answer again");
        await Task.Delay(3000);
        return roles.WritableAfter(fleet.Primary, woken);
    }

    private static async Task<FleetServer> SuccessorAsync(ServerFleet fleet)
    {
        foreach (var server in fleet.Replicas)
            if (await server.ScalarAsync<int>("SELECT @@global.read_only") == 0) return server;
        throw new InvalidOperationException("no replica is writable");
    }

    private static double Since(long start, long? at) => at is null ? 0 : Stopwatch.GetElapsedTime(start, at.Value).TotalMilliseconds;

    internal static async Task WaitUntil(Func<bool> condition, string otherwise)
    {
        for (var turn = 0; !condition(); turn++)
        {
            if (turn > 3000) throw new TimeoutException(otherwise);
            await Task.Delay(10);
        }
    }

    public static void Print(FaultKind fault, IReadOnlyList<FailoverRun> runs, bool json)
    {
        var (suspicion, verdict, promoted, outage) = (Of(r => r.Suspicion), Of(r => r.Verdict), Of(r => r.Promoted), Of(r => r.Outage));
        var (recovery, cpu) = (Of(r => r.Recovery), Of(r => r.Cpu));
        var (lost, dual) = (runs.Sum(r => r.Lost), Math.Round(runs.Max(r => r.DualWriter), 1));
        if (json)
        {
            var answer = new
            {
                fault = fault.ToString().ToLowerInvariant(), runs = runs.Count, suspicionMs = suspicion, verdictMs = verdict, promotedMs = promoted, recoveryMs = recovery,
                outageMs = outage, processorMs = cpu, acknowledgedLost = lost, dualWriterMs = dual,
            };
            Console.WriteLine(JsonSerializer.Serialize(answer, JsonSerializerOptions.Web));
            return;
        }
        Console.WriteLine($"{fault}, {runs.Count} runs, milliseconds");
        Console.WriteLine($"  to suspicion          {suspicion}\n  to verdict            {verdict}\n  to promoted, writable {promoted}");
        Console.WriteLine($"  verdict to writable   {recovery}\n  write outage (client) {outage}\n  processor time        {cpu}");
        Console.WriteLine($"  acknowledged writes lost {lost}\n  two servers writable at most {dual} ms");

        Figures Of(Func<FailoverRun, double> figure) => Figures.Of(runs.Select(figure));
    }

    /// <summary>This tree's medians as shares of another build's, both measured in turns.</summary>
    public static void Compare(IReadOnlyList<FailoverRun> runs, IReadOnlyList<FailoverRun> other)
    {
        Console.WriteLine("median of this build, as a share of the other one's");
        Console.WriteLine($"  verdict to writable {Share(r => r.Recovery):P0}\n  write outage {Share(r => r.Outage):P0}\n  processor time {Share(r => r.Cpu):P0}");

        double Share(Func<FailoverRun, double> figure) => Figures.Of(runs.Select(figure)).P50 / Figures.Of(other.Select(figure)).P50;
    }
}
