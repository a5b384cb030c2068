using System.Text.Json;

namespace OrchestratorFunctions.Bench;

/// <summary>What one unit costs, and how much that figure can be trusted.</summary>
internal sealed record Price(double Usd, string Per, string Date, string Source, bool Verified);

/// <summary>Prices as they are read from scripts/lib/prices.json or a file of the operator's.</summary>
internal sealed record PriceList(string Region, Dictionary<string, Price> Prices)
{
    public double this[string name] => Prices.TryGetValue(name, out var price) ? price.Usd : throw new InvalidOperationException($"the prices lack '{name}'");
}

/// <summary>What was counted and measured, as it is read from scripts/lib/operations.json.</summary>
internal sealed record Measured(
    double TablePerShardAndMinute, double TablePerServerAndMinute, double TablePerDoorAndMinute, double QueuePerMinute,
    double CpuMillisecondsPerProbe, double CpuMillisecondsPerSecondAtRest, double MemoryMbAtRest, double MemoryMbPerServer, double HostMemoryMb);

/// <summary>One line of the bill of a month.</summary>
internal sealed record BillLine(string Item, double Usd, string How);

/// <summary>The bill of a month, and whether the instances can do the work.</summary>
/// <param name="UnusedTimers">What the timers of unused shards would add if they were not off. Not in the total.</param>
internal sealed record Bill(
    int Servers, int Shards, int MemoryMb, double CpuShare, double MemoryShare, IReadOnlyList<BillLine> Lines, BillLine UnusedTimers)
{
    public double Total => Lines.Sum(l => l.Usd);
}

/// <summary>
/// From counted operations and measured processor time to money. One always ready instance watches one shard and executes all the time;
/// everything else runs on demand.
/// </summary>
internal sealed class CostModel(Measured measured, PriceList prices)
{
    public const int ShardsMost = 8;

    /// <summary>Megabytes and cores of an instance (Azure Functions Flex Consumption plan hosting, "Instance sizes").</summary>
    public static readonly IReadOnlyList<(int MemoryMb, double Cores)> Sizes = [(512, 0.25), (2048, 1), (4096, 2)];

    /// <summary>A watcher that is busier than this on the average has nothing left for the moment something fails.</summary>
    public const double BusyMost = 0.7;

    /// <summary>Above this the memory is tight: the host's part alone was seen to vary by more than what is left.</summary>
    public const double MemoryTight = 0.9;

    /// <summary>How often the timer of a shard fires: every five seconds ("*/5 * * * * *").</summary>
    public const double WatchTimerPerMinute = 12;

    private const double HoursPerMonth = 730, MinutesPerMonth = HoursPerMonth * 60, SecondsPerMonth = HoursPerMonth * 3600;

    // DetectTimer fires every minute, and a window of a shard ends and begins now and then.
    private const double TimersPerMinute = 1, WindowsPerShardAndMinute = 1;

    /// <summary>What an instance has beyond its size, for the host (the same page).</summary>
    public const int ForHostMb = 272;

    // Shorter executions are billed as a second.
    private const double ShortestExecutionSeconds = 1;

    /// <summary>The cheapest bill that can do the work, within what is asked for.</summary>
    public Bill Cheapest(int servers, double intervalSeconds, int? memoryMb, int? shards, int? alwaysReady)
    {
        var bills = Sizes.Where(s => memoryMb is null || s.MemoryMb == memoryMb)
            .Select(s => Of(servers, intervalSeconds, s.MemoryMb, shards ?? ShardsFor(servers, intervalSeconds, s.MemoryMb), alwaysReady)).ToArray();
        var able = bills.Where(b => b is { CpuShare: <= BusyMost, MemoryShare: <= 1 }).ToArray();
        return (able.Length > 0 ? able : bills).MinBy(b => b.Total)!;
    }

    public Bill Of(int servers, double intervalSeconds, int memoryMb, int shards, int? alwaysReady)
    {
        var gigabytes = memoryMb / 1024.0;
        var instances = alwaysReady ?? shards;
        var tables = (measured.TablePerDoorAndMinute + measured.TablePerShardAndMinute * shards + measured.TablePerServerAndMinute * servers) * MinutesPerMonth;
        var executions = (TimersPerMinute + WindowsPerShardAndMinute * shards) * MinutesPerMonth;
        var watching = gigabytes * SecondsPerMonth * shards;
        var onDemand = BilledOnDemand(TimersPerMinute * MinutesPerMonth, memoryMb);
        var perShard = (double)servers / shards;
        BillLine[] lines =
        [
            new("always ready, baseline", instances * gigabytes * SecondsPerMonth * prices["alwaysReadyBaselineGbSecond"], $"{instances} instance(s) of {memoryMb} MB, all month"),
            new("always ready, executing", watching * prices["alwaysReadyExecutionGbSecond"], $"{shards} shard(s) watched all the time"),
            new("on demand", onDemand * prices["onDemandGbSecond"], "timers, billed a second each, less the free grant"),
            new("executions", executions / 1e6 * prices["executionsPerMillion"], $"{executions:N0}"),
            new("table transactions", tables / 10_000 * prices["tableTransactionsPer10000"], $"{tables:N0}"),
            new("host's own storage operations", prices["hostOperationsPerMinute"] * MinutesPerMonth / 10_000 * prices["blobOperationsPer10000"], "an assumption: leases of timers and triggers"),
            new("queue operations", measured.QueuePerMinute * MinutesPerMonth, "none while nothing fails"),
            new("Service Bus, base charge", prices["serviceBusBaseMonth"], "failures alone go there"),
        ];
        var cpuShare = CpuPerSecond(perShard, intervalSeconds) / CoresOf(memoryMb);
        return new Bill(servers, shards, memoryMb, cpuShare, MemoryFor(perShard) / (memoryMb + ForHostMb), lines, UnusedTimers(shards, memoryMb));
    }

    /// <summary>
    /// What it would cost if the timers of unused shards were not off. With one shard seven timers fire 12 times a minute for 43 800 minutes: 3 679 200
    /// executions a month. They find nothing to do, are on demand and billed a second each: with 512 MB 1 839 600 GB-s. What the other timers
    /// leave of the free grant, 78 100 GB-s, pays for some of it: 45.80 USD at 0.000026, and 1.47 USD for the executions.
    /// </summary>
    public BillLine UnusedTimers(int shards, int memoryMb)
    {
        var executions = (ShardsMost - shards) * WatchTimerPerMinute * MinutesPerMonth;
        var others = TimersPerMinute * MinutesPerMonth;
        var more = BilledOnDemand(others + executions, memoryMb) - BilledOnDemand(others, memoryMb);
        var usd = more * prices["onDemandGbSecond"] + executions / 1e6 * prices["executionsPerMillion"];
        return new("timers of unused shards, if on", usd, $"{ShardsMost - shards} timers, {executions:N0} executions, {executions * ShortestExecutionSeconds * memoryMb / 1024:N0} GB-s");
    }

    // GB-s of executions that find little to do, less the free grant.
    private double BilledOnDemand(double executions, int memoryMb) =>
        Math.Max(0, executions * ShortestExecutionSeconds * memoryMb / 1024 - prices["onDemandFreeGbSeconds"]);

    /// <summary>As many as an instance's processor and memory ask for.</summary>
    public int ShardsFor(int servers, double intervalSeconds, int memoryMb) => Enumerable.Range(1, ShardsMost)
        .FirstOrDefault(n => CpuPerSecond((double)servers / n, intervalSeconds) <= CoresOf(memoryMb) * BusyMost && MemoryFor((double)servers / n) <= memoryMb + ForHostMb, ShardsMost);

    private double CpuPerSecond(double servers, double intervalSeconds) =>
        (measured.CpuMillisecondsPerSecondAtRest + servers / intervalSeconds * measured.CpuMillisecondsPerProbe) / 1000;

    // Worker and host share the instance.
    private double MemoryFor(double servers) => measured.HostMemoryMb + measured.MemoryMbAtRest + servers * measured.MemoryMbPerServer;

    private static double CoresOf(int memoryMb) => Sizes.First(s => s.MemoryMb == memoryMb).Cores;

    public static T Read<T>(string path) => JsonSerializer.Deserialize<T>(File.ReadAllText(path), JsonSerializerOptions.Web) ?? throw new InvalidOperationException($"{path} is empty");
}
