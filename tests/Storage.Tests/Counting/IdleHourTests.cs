using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Storage.Tests.Counting;

/// <summary>What an hour of watching costs in storage when nothing happens: the real flows over a real emulator, on a clock that is turned.</summary>
public sealed class IdleHourTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5), TakeUpEvery = TimeSpan.FromSeconds(30), DetectEvery = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(10, 1)]
    [InlineData(25, 1)]
    [InlineData(25, 2)]
    public async Task An_idle_hour_costs_what_the_cost_model_says(int clusters, int shards)
    {
        var azurite = await AzuriteServer.SharedAsync();
        var servers = clusters * 4;
        var (tables, queues, probes, _, _) = Count(azurite.ConnectionString, clusters, shards);
        var model = Library.Operations;
        var expected = model.TablePerShardAndMinute * shards + model.TablePerServerAndMinute * servers + model.TablePerDoorAndMinute;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{servers} servers, {shards} shards: {tables / 60.0:0.00} table transactions a minute, {tables / 60.0 / servers:0.000} a server; model {expected:0.00}; {queues} queue operations");

        // The flows really ran all the time.
        Assert.InRange(probes, servers * (Hour / Interval) * 0.95, servers * (Hour / Interval) * 1.05);
        Assert.Equal(model.QueuePerMinute * 60, queues);
        Assert.InRange(tables / 60.0, expected * 0.9, expected);
        Assert.True(tables / 60.0 <= servers, "more than one transaction for a server and minute");
    }

    [Fact]
    public async Task A_second_place_that_observes_costs_its_looks_at_the_lease_and_little_more()
    {
        var azurite = await AzuriteServer.SharedAsync();
        var alone = Count(azurite.ConnectionString, clusters: 10, shards: 1);
        var both = Count(azurite.ConnectionString, clusters: 10, shards: 1, observed: true);
        var observing = (both.Tables - alone.Tables) / 60.0;
        TestContext.Current.TestOutputHelper!.WriteLine($"an observer of 40 servers: {observing:0.00} table transactions a minute, {both.Queues} queue operations");

        Assert.InRange(both.Probes, alone.Probes * 1.9, alone.Probes * 2.1);
        Assert.Equal(0, both.Queues);
        // 60 looks at the lease, 12 at the mark, 6 renewals of its seat with their reads, 2 words a minute.
        Assert.InRange(observing, 70, 90);
    }

    [Fact]
    public async Task An_address_that_wants_to_hear_costs_a_read_a_minute_while_there_is_nothing_to_tell()
    {
        var azurite = await AzuriteServer.SharedAsync();
        var silent = Count(azurite.ConnectionString, clusters: 10, shards: 1);
        var heard = Count(azurite.ConnectionString, clusters: 10, shards: 1, tells: true);
        Assert.Equal(0, silent.Notices);
        // One a round of the timer, which is one a minute and as much longer as the machine takes for the round.
        Assert.InRange(heard.Notices, heard.Rounds - 1, heard.Rounds + 1);
        Assert.InRange(heard.Rounds, 54, 61);
        Assert.Equal(0, heard.Queues);
    }

    private sealed record Counted(long Tables, long Queues, long Probes, long Notices, long Rounds);

    private static Counted Count(string connection, int clusters, int shards, bool observed = false, bool tells = false)
    {
        var counter = new Counter();
        Counted counted = null!;
        long rounds = 0;
        SimulatedTime.Run(Rooms.Start, simulated =>
        {
            var fleet = new IdleFleet(clusters);
            var opening = AzureStorage.OpenAsync(
                new StorageOptions { ConnectionString = connection, TablePrefix = "T" + Guid.NewGuid().ToString("N")[..20], Pipeline = counter.AddTo }, simulated.Time, CancellationToken.None);
            simulated.Await(opening);
            var room = opening.Result;
            foreach (var (id, members) in fleet.Clusters)
            {
                simulated.Await(room.Topologies.SaveSightingsAsync(id, members, CancellationToken.None));
                simulated.Await(room.Topologies.SaveClusterAsync(id, "", CancellationToken.None));
            }
            using var stop = new CancellationTokenSource();
            var flow = FlowsOf(fleet, room, shards, simulated.Time, observed ? "west" : "", tells);
            var watching = flow.Watch;
            // As the Azure door runs them: every watcher looks for unfinished recoveries, and a timer does what nobody did.
            var running = Task.WhenAll(
                [watching.RunAsync(stop.Token), .. Enumerable.Range(0, shards).Select(_ => flow.Runs.RunAsync(TakeUpEvery, stop.Token)), DetectAsync(flow, simulated.Time, () => rounds++, stop.Token)]);
            simulated.Until(() => watching.IsWatching, TimeSpan.FromMinutes(1));
            if (observed) running = Task.WhenAll(running, FlowsOf(fleet, room, shards, simulated.Time, "north", tells: false).Watch.RunAsync(stop.Token));
            simulated.Advance(TimeSpan.FromMinutes(1));

            var before = new Counted(counter.Tables, counter.Queues, fleet.Probes, counter.Notices, rounds);
            simulated.Advance(Hour);
            counted = new Counted(
                counter.Tables - before.Tables, counter.Queues - before.Queues, fleet.Probes - before.Probes, counter.Notices - before.Notices, rounds - before.Rounds);
            stop.Cancel();
            simulated.Await(() => running.IsCompleted);
        }, () => counter.IsBusy);
        return counted;
    }

    private static Flows FlowsOf(IdleFleet fleet, AzureStorage room, int shards, TimeProvider time, string vantage, bool tells)
    {
        var settings = new FlowSettings();
        (settings.Watch.Interval, settings.Watch.Shards, settings.Watch.Vantage) = (Interval, shards, vantage);
        var ports = new FlowPorts(fleet, fleet, fleet, room.Topologies, room.Recoveries, room.Leases, room.Settings, room.Audit, room.Failures,
            new NoticePorts(room.Notices, tells ? [new Listener()] : []))
        {
            Chance = Random.Shared, Pools = room.Pools, Tokens = room.Tokens,
        };
        return new Flows(ports, settings, hasReplicationAccount: true, $"p-{vantage}", time, NullLogger.Instance);
    }

    private static async Task DetectAsync(Flows flow, TimeProvider time, Action counts, CancellationToken cancel)
    {
        while (true)
        {
            counts();
            await flow.Runs.TakeUpAsync(cancel);
            await flow.Detect.RunAsync(cancel);
            if (flow.Notices is { } notices) await notices.CatchUpAsync(cancel);
            await Task.Delay(DetectEvery, time, cancel);
        }
    }
}
