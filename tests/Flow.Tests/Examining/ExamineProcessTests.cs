using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Examining;

public sealed class ExamineProcessTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly World world = new();
    private readonly MemoryQueue queue = new();
    private bool isStoreAway;

    [Fact]
    public void Of_an_installation_that_watches_nothing_is_wrong_but_that_nobody_is_told() => Look((process, _) =>
    {
        Assert.Equal([FindingCode.NobodyIsTold], Examiner.Examine(process).Findings.Select(f => f.Code));
        Assert.Empty(process.NotChecked);
    });

    [Fact]
    public void The_failover_that_is_played_leaves_nothing_behind() => Look((_, memory) =>
    {
        Assert.Empty(memory.ReadRecentAsync(null, 10, None).Result);
        Assert.Empty(queue.Sent);
        Assert.Empty(memory.Entries);
    });

    [Fact]
    public void Storage_that_takes_no_recovery_is_named_with_what_it_says() => Look((process, _) =>
        Assert.Equal("a failover of servers made of data did not get through: storage is away", process.StorageProblem),
        before: _ => isStoreAway = true);

    [Fact]
    public void A_watcher_that_fell_silent_and_a_shard_that_nobody_watches_are_told_apart() => Look((process, _) =>
    {
        Assert.Equal(["watch/0", "watch/1"], process.Watchers.Select(w => w.Part));
        Assert.Equal((World.Noon.AddMinutes(-5), (DateTimeOffset?)null), (process.Watchers[0].At, process.Watchers[1].At));
        Assert.Equal(2, Examiner.Examine(process).Findings.Count(f => f.Code == FindingCode.WatcherSilent));
        Assert.Equal((2, 1), (process.PartsWatched, process.PartsConfigured));
    }, before: memory =>
    {
        memory.SaveShardsAsync(2, None).Wait();
        memory.BeatAsync("watch/0", "p9", World.Noon.AddMinutes(-5), None).Wait();
    });

    [Fact]
    public void A_pattern_that_names_no_cluster_is_idle() => Look(
        (process, _) => Assert.Equal([("Recovery:Clusters", "shp*"), ("Recovery:ApproveClusters", "db9:*")], process.IdlePatterns),
        settings: s => (s.Recovery.Clusters, s.Recovery.ApproveClusters) = ("db1:*,shp*", "db9:*"));

    [Fact]
    public void A_place_that_is_not_heard_is_missing() => Look((process, _) =>
        Assert.Equal("1 of the 2 vantage points needed are heard, so no primary is replaced", Assert.Single(process.PlacesMissing).Refusal.Because),
        before: memory => memory.ReportAsync("watch/0", new VantageReport("here", World.Noon, []), None).Wait(),
        settings: s => (s.Watch.Vantage, s.Detection.Vantages) = ("here", 2));

    [Fact]
    public void The_global_switch_and_a_seed_that_is_not_found_are_seen() => Look((process, _) =>
    {
        Assert.False(process.IsRecoveryEnabled);
        Assert.Equal(["db77:3306"], process.MissingSeeds);
    }, before: memory => memory.RecoveryEnabled = false, settings: s => s.Discovery.Seeds = "db1:3306,db77:3306");

    private void Look(Action<ExaminedProcess, Memory> test, Action<Memory>? before = null, Action<FlowSettings>? settings = null) =>
        SimulatedTime.Run(World.Noon, simulated =>
        {
            var memory = new Memory(simulated.Time);
            memory.Store(world.Now);
            memory.BeatAsync("watch/0", "p1", World.Noon, None).Wait();
            before?.Invoke(memory);
            var given = new FlowSettings();
            settings?.Invoke(given);
            var recoveries = Sometimes.Away<IRecoveryStore>(memory, () => isStoreAway);
            var ports = new FlowPorts(world, world, world, memory, recoveries, memory, memory, memory, queue) { Chance = Random.Shared, Pools = memory, Tokens = memory };
            var flows = new Flows(ports, given, hasReplicationAccount: true, "p1", simulated.Time, NullLogger.Instance);
            var looking = flows.Examine.Process.LookAsync(None);
            simulated.Await(looking);
            test(looking.Result, memory);
        });
}
