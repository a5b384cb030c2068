using System.CommandLine;
using System.Text.Json;

namespace OrchestratorFunctions.Bench;

/// <summary>Prints what a month on Azure costs for fleets of several sizes.</summary>
internal static class Cost
{
    public static Command Command()
    {
        var servers = new Option<int[]>("--servers") { Description = "one or more numbers of servers", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [10, 100, 1000, 10_000] };
        var interval = new Option<double>("--interval") { Description = "seconds between probes", DefaultValueFactory = _ => 5 };
        var shards = new Option<int?>("--shards") { Description = "1 to 8; without it as many as the work asks for" };
        var memory = new Option<int?>("--memory") { Description = "megabytes of an instance: 512, 2048 or 4096; without it the cheapest that can do the work" };
        var alwaysReady = new Option<int?>("--always-ready") { Description = "instances that are always ready; without it one for each shard" };
        var prices = new Option<string?>("--prices") { Description = "a file like scripts/lib/prices.json, with your own prices" };
        var json = new Option<bool>("--json") { Description = "print one JSON object" };
        var library = new Option<string>("--library") { Hidden = true, Required = true };
        servers.Validators.Add(r => { if (r.GetValueOrDefault<int[]>()!.Any(s => s < 1)) r.AddError("--servers: expected numbers from 1"); });
        interval.Validators.Add(r => { if (r.GetValueOrDefault<double>() <= 0) r.AddError("--interval: expected more than 0 seconds"); });
        shards.Validators.Add(r => { if (r.GetValueOrDefault<int?>() is < 1 or > CostModel.ShardsMost) r.AddError($"--shards: expected 1 to {CostModel.ShardsMost}"); });
        memory.Validators.Add(r => { if (r.GetValueOrDefault<int?>() is { } m && CostModel.Sizes.All(s => s.MemoryMb != m)) r.AddError("--memory: expected 512, 2048 or 4096"); });
        var command = new Command("cost", "Say what a month on Azure costs") { servers, interval, shards, memory, alwaysReady, prices, json, library };
        command.SetAction(parsed => Print(
            parsed.GetValue(library)!, parsed.GetValue(prices), parsed.GetValue(servers)!, parsed.GetValue(interval), parsed.GetValue(shards), parsed.GetValue(memory),
            parsed.GetValue(alwaysReady), parsed.GetValue(json)));
        return command;
    }

    private static void Print(string library, string? pricesFile, int[] servers, double interval, int? shards, int? memory, int? alwaysReady, bool json)
    {
        var prices = CostModel.Read<PriceList>(pricesFile ?? Path.Combine(library, "prices.json"));
        var model = new CostModel(CostModel.Read<Measured>(Path.Combine(library, "operations.json")), prices);
        Bill[] bills = [.. servers.Select(s => model.Cheapest(s, interval, memory, shards, alwaysReady))];
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { interval, prices, bills }, JsonSerializerOptions.Web));
            return;
        }
        Console.WriteLine($"USD a month, {prices.Region}, every server probed every {interval} s, nothing failing\n");
        Row("", bills.Select(b => $"{b.Servers} servers"));
        for (var line = 0; line < bills[0].Lines.Count; line++) Row(bills[0].Lines[line].Item, bills.Select(b => $"{b.Lines[line].Usd:0.00}"));
        Row("total", bills.Select(b => $"{b.Total:0.00}"));
        Row(bills[0].UnusedTimers.Item, bills.Select(b => $"+{b.UnusedTimers.Usd:0.00}"));
        Row("shards x instance", bills.Select(b => $"{b.Shards} x {b.MemoryMb} MB"));
        Row("processor of an instance used", bills.Select(b => $"{b.CpuShare:P0}"));
        Row("memory used, host included", bills.Select(b => $"{b.MemoryShare:P0}"));
        foreach (var b in bills.Where(b => b.CpuShare > CostModel.BusyMost || b.MemoryShare > 1))
            Console.WriteLine($"! {b.Servers} servers: {b.Shards} instance(s) of {b.MemoryMb} MB cannot watch so many at this interval");
        foreach (var b in bills.Where(b => b.MemoryShare is > CostModel.MemoryTight and <= 1))
            Console.WriteLine($"! {b.Servers} servers: memory is tight; {b.Shards + 1} shards of {b.MemoryMb} MB cost {model.Of(b.Servers, interval, b.MemoryMb, b.Shards + 1, alwaysReady).Total:0.00}");
        Console.WriteLine($"\nThe template switches the timers of unused shards off. If they fired: {bills[0].UnusedTimers.How}, a month.");
        Console.WriteLine("\nNot in it: network (virtual network, private endpoints), Key Vault, logs beyond the free grant, the durable backend, recoveries.");
        foreach (var (name, price) in prices.Prices)
            Console.WriteLine($"{(price.Verified ? " " : "?")} {name} {price.Usd:0.########} per {price.Per}: {price.Source}, {price.Date}");
        Console.WriteLine("? could not be verified; give your own with --prices FILE");
    }

    private static void Row(string name, IEnumerable<string> cells) => Console.WriteLine($"{name,-32}{string.Concat(cells.Select(c => $"{c,16}"))}");
}
