using System.CommandLine;
using OrchestratorFunctions.Bench;
using OrchestratorFunctions.Fleet;

var fault = new Option<FaultKind>("--fault") { Description = "kill, hang or switch", DefaultValueFactory = _ => FaultKind.Kill };
var runs = new Option<int>("--runs") { Description = "how many runs, 1 to 1000", DefaultValueFactory = _ => 20 };
var vantages = new Option<int>("--vantages") { Description = "how many processes must agree, 1 to 3", DefaultValueFactory = _ => 1 };
var json = new Option<bool>("--json") { Description = "print one JSON object" };
var servers = new Option<int>("--servers") { Description = "how many servers, 1 to 20", DefaultValueFactory = _ => 4 };
var interval = new Option<double>("--interval") { Description = "seconds between probes", DefaultValueFactory = _ => 1 };
var seconds = new Option<int>("--seconds") { Description = "how long to measure", DefaultValueFactory = _ => 60 };
var keep = new Option<bool>("--keep") { Description = "leave everything running" };
var log = new Option<bool>("--log") { Description = "print the watcher's log at the end" };
runs.Validators.Add(r => { if (r.GetValueOrDefault<int>() is < 1 or > 1000) r.AddError("--runs: expected 1 to 1000"); });
vantages.Validators.Add(r => { if (r.GetValueOrDefault<int>() is < 1 or > 3) r.AddError("--vantages: expected 1 to 3"); });
servers.Validators.Add(r => { if (r.GetValueOrDefault<int>() is < 1 or > 20) r.AddError("--servers: expected 1 to 20"); });

var against = new Option<string?>("--against") { Description = "functions/Local/bin/program of another tree, measured in turns with this one, or at the same time (watch)" };
var failover = new Command("failover", "Break the primary under write load and measure the failover") { fault, runs, vantages, against, json };
failover.SetAction(async parsed =>
{
    await using var azurite = await AzuriteServer.StartAsync();
    var bench = new FailoverBench(azurite, parsed.GetValue(fault), parsed.GetValue(vantages));
    var other = parsed.GetValue(against) is { } program ? new FailoverBench(azurite, parsed.GetValue(fault), parsed.GetValue(vantages), program) : null;
    List<FailoverRun> done = [], others = [];
    for (var i = 1; i <= parsed.GetValue(runs); i++)
    {
        if (other is not null)
        {
            others.Add(await other.RunOnceAsync(i));
            Console.Error.WriteLine($"run {i}, other: {others[^1]}");
        }
        done.Add(await bench.RunOnceAsync(i));
        Console.Error.WriteLine($"run {i}: {done[^1]}");
    }
    if (other is not null) FailoverBench.Print(parsed.GetValue(fault), others, parsed.GetValue(json));
    FailoverBench.Print(parsed.GetValue(fault), done, parsed.GetValue(json));
    if (other is not null) FailoverBench.Compare(done, others);
});
var watch = new Command("watch", "Measure what watching idle servers costs") { servers, interval, seconds, against, json };
watch.SetAction(parsed =>
    WatchBench.RunAsync(parsed.GetValue(servers), parsed.GetValue(interval), parsed.GetValue(seconds), parsed.GetValue(against), parsed.GetValue(json)));
var folder = new Option<string>("--folder") { Description = "output of a publish of the app", Required = true };
var cores = new Option<double>("--cores") { Description = "cores of the worker, as 0.25; 0 for all", DefaultValueFactory = _ => 0 };
var rest = new Option<int>("--rest") { Description = "seconds before each failover", DefaultValueFactory = _ => 20 };
var variables = new Option<string[]>("--env") { Description = "a variable for the worker, as NAME=VALUE", DefaultValueFactory = _ => [] };
cores.Validators.Add(r => { if (r.GetValueOrDefault<double>() is < 0 or > 64) r.AddError("--cores: expected 0 to 64"); });
variables.Validators.Add(r => { if (r.GetValueOrDefault<string[]>()?.Any(v => v.IndexOf('=', StringComparison.Ordinal) <= 0) == true) r.AddError("--env: expected NAME=VALUE"); });
var app = new Command("app", "Measure the Azure door as a worker process below a stand-in for the host: start, memory, first and second failover") { folder, cores, runs, rest, variables, json };
app.SetAction(async parsed =>
{
    await using var azurite = await AzuriteServer.StartAsync();
    var bench = new AppBench(azurite, parsed.GetValue(folder)!, parsed.GetValue(cores), parsed.GetValue(variables)!, TimeSpan.FromSeconds(parsed.GetValue(rest)));
    var done = new List<AppRun>();
    for (var i = 1; i <= parsed.GetValue(runs); i++)
    {
        done.Add(await bench.RunOnceAsync(i));
        Console.Error.WriteLine($"run {i}: {done[^1]} {string.Join(' ', done[^1].Failovers.Select(f => f.ToString()))}");
    }
    AppBench.Print(done, parsed.GetValue(json));
});
var stalls = new Option<int>("--stalls") { Description = "how many stalls, 1 to 10000", DefaultValueFactory = _ => 200 };
var longest = new Option<double>("--longest") { Description = "the longest stall in seconds, 0.2 to 60", DefaultValueFactory = _ => 2 };
stalls.Validators.Add(r => { if (r.GetValueOrDefault<int>() is < 1 or > 10_000) r.AddError("--stalls: expected 1 to 10000"); });
longest.Validators.Add(r => { if (r.GetValueOrDefault<double>() is < 0.2 or > 60) r.AddError("--longest: expected 0.2 to 60"); });
var stall = new Command("stalls", "Stop the primary for a moment, again and again, and count what is made of it") { stalls, longest };
stall.SetAction(async parsed =>
{
    await using var azurite = await AzuriteServer.StartAsync();
    return await new StallBench(azurite, parsed.GetValue(longest)).RunAsync(parsed.GetValue(stalls)) ? 0 : 1;
});
var demo = new Command("demo", "Show one failover from beginning to end") { fault, keep, log };
demo.SetAction(parsed => Demo.RunAsync(parsed.GetValue(fault), parsed.GetValue(keep), parsed.GetValue(log)));
var clusters = new Option<int>("--clusters") { Description = "how many clusters of five servers, 1 to 20000", DefaultValueFactory = _ => 2000 };
clusters.Validators.Add(r => { if (r.GetValueOrDefault<int>() is < 1 or > 20_000) r.AddError("--clusters: expected 1 to 20000"); });
var analysis = new Command("analysis", "Measure what judging a whole fleet once costs, without servers") { clusters };
analysis.SetAction(parsed => AnalysisBench.Run(parsed.GetValue(clusters)));
var calls = new Option<int>("--calls") { Description = "how many calls memory is watched over, 0 to 10000000", DefaultValueFactory = _ => 100_000 };
calls.Validators.Add(r => { if (r.GetValueOrDefault<int>() is < 0 or > 10_000_000) r.AddError("--calls: expected 0 to 10000000"); });
var api = new Command("api", "Measure what readers of a large stored fleet wait for, and the memory that many calls take") { clusters, calls, json };
api.SetAction(parsed => ApiBench.RunAsync(parsed.GetValue(clusters), parsed.GetValue(calls), parsed.GetValue(json)));
return await new RootCommand("Measures and shows the product on real servers") { failover, stall, watch, app, analysis, api, demo, Cost.Command() }.Parse(args).InvokeAsync();
