using MySqlConnector;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>Something else goes wrong while a recovery runs: on the server it counts on, in storage, or by an operator's hand.</summary>
public sealed class HardTimesTests
{
    [Fact]
    public async Task A_sibling_whose_STOP_REPLICA_hangs_does_not_keep_the_failover_waiting()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        await using var watcher = await Watcher.StartAsync(fleet);
        var hangs = fleet.Replicas[2];
        await using var locked = await LockAsync(fleet, hangs);
        await ReceivedAsync(fleet, "INSERT INTO app.locked VALUES (1)");
        await Eventually.HoldsAsync("its applier waits for the lock", async () => await IsApplierBlockedAsync(hangs));

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        Assert.NotEqual(hangs.Key(), outcome.Key);
        await fleet.Of(outcome.Key).ExecuteAsync("INSERT INTO app.locked VALUES (2)");
        var opened = recovery.Stages.Single(s => s.Stage.Steps.Any(p => p.Step is SetWritable)).DoneAt!.Value;
        Assert.True(opened - recovery.StartedAt < recovery.Policy.StepTimeout, RecoveryText.Tell(recovery));
        Assert.Equal(outcome.Key, (await fleet.AssertOnePrimaryAsync(fleet.Primary, hangs)).Key());

        // What stopped late, and was left behind, is seen to as soon as it can be.
        await locked.DisposeAsync();
        Assert.Equal(outcome.Key, (await fleet.AssertOnePrimaryAsync(besides: fleet.Primary)).Key());
    }

    [Fact]
    public async Task A_candidate_whose_disk_is_full_costs_its_candidacy_and_not_the_failover()
    {
        if (ServerFleet.WhyUnavailable("mysql-9.7") is { } reason) Assert.Skip(reason);
        if (await SmallDisk.WhyUnavailableAsync() is { } why) Assert.Skip(why);
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", Replicas: 2));
        await using var disk = await SmallDisk.OfAsync(fleet.Replicas[0]);
        await Eventually.HoldsAsync("it replicates again", async () => (await fleet.Replicas[0].SeeAsync())?.Link is { IsReplicating: true });
        await using var watcher = await Watcher.StartAsync(fleet);
        await watcher.Room.Ports.Topologies.SetPromotionRuleAsync(watcher.Cluster, fleet.Replicas[0].Key(), PromotionRule.Prefer, default);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        disk.Fill();
        await Eventually.HoldsAsync(
            "it falls behind", async () => await IsBehindAsync(fleet.Replicas[0], fleet.Replicas[1]), async () => $"{await fleet.DescribeAsync()}\n{disk.Says}");
        // Nobody acknowledges here: what is not yet received when the primary dies is promised to nobody.
        await writer.StopAsync();
        var all = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
        await Eventually.HoldsAsync("its sibling has everything", async () => (await fleet.Replicas[1].SeeAsync())!.AllReceived.Contains(all));

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        Assert.True(outcome.Key == fleet.Replicas[1].Key(), RecoveryText.Tell(recovery));
        await fleet.Replicas[1].ExecuteAsync("CREATE TABLE app.goes_on (id INT PRIMARY KEY)");
        Assert.Equal(0, await writer.LostAsync(fleet.Replicas[1]));
    }

    [Fact]
    public async Task An_old_primary_that_comes_back_writable_while_its_successor_catches_up_stays_the_only_one()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        await using var first = await LockAsync(fleet, fleet.Replicas[0]);
        await using var second = await LockAsync(fleet, fleet.Replicas[1]);
        await ReceivedAsync(fleet, "INSERT INTO app.locked VALUES (1)");
        fleet.Primary.Kill();
        await CatchesUpAsync(watcher);

        await fleet.Primary.RestartAsync();
        var ended = await watcher.RecoveredAsync();
        await first.DisposeAsync();
        await second.DisposeAsync();

        var primary = await fleet.AssertOnePrimaryAsync();
        Assert.True(primary == fleet.Primary, RecoveryText.Tell(ended));
        Assert.False(ended.Outcome!.IsSuccess);
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step is SetWritable && s.Step.Target.Key != fleet.Primary.Key());
    }

    [Fact]
    public async Task An_operator_who_promotes_another_server_meanwhile_is_not_answered_with_a_second_writer()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:ApplyTimeout=00:00:10");
        await using var first = await LockAsync(fleet, fleet.Replicas[0]);
        await using var second = await LockAsync(fleet, fleet.Replicas[1]);
        await ReceivedAsync(fleet, "INSERT INTO app.locked VALUES (1)");
        fleet.Primary.Kill();
        await CatchesUpAsync(watcher);

        await second.DisposeAsync();
        var chosen = fleet.Replicas[1];
        await chosen.ExecuteAsync("STOP REPLICA; RESET REPLICA ALL; SET GLOBAL super_read_only=OFF; SET GLOBAL read_only=OFF");
        var ended = await watcher.RecoveredAsync();
        await first.DisposeAsync();

        var writable = await Task.WhenAll(fleet.Replicas.Select(async r => (r.Key, IsOpen: (await r.SeeAsync())!.AcceptsWrites)));
        Assert.Equal([(fleet.Replicas[0].Key, false), (chosen.Key, true)], writable);
        Assert.Contains(chosen.Key, RecoveryText.Tell(ended), StringComparison.Ordinal);
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step is SetWritable);
    }

    [Fact]
    public async Task Storage_that_hangs_for_twenty_seconds_after_a_freeze_keeps_writes_blocked_no_longer_than_allowed()
    {
        var (fleet, place) = await TakeoverTests.DiscoveredAsync("Takeover:WriteBlockLimit=00:00:02");
        await using var reader = await place.OpenAsync();
        var cluster = (await reader.Ports.Topologies.ReadAllAsync(default)).Single().Id;
        await using var proxy = await TableProxy.StartAsync(place, cluster);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        await using var locked = await LockAsync(fleet, fleet.Replicas[0], "app.writes");
        var roles = await fleet.RolesAsync();
        var answers = new TaskCompletionSource();

        var switching = place.RunAsync([$"Storage:ConnectionString={proxy.ConnectionString}"], ["takeover", "shop", "--to", fleet.Replicas[0].Key]);
        await Eventually.HoldsAsync("writes are blocked", async () => await fleet.Primary.ScalarAsync<int>("SELECT @@global.read_only") == 1);
        proxy.Answers = answers.Task;
        // Storage hangs still, and hangs on.
        await DeadPrimaryTests.GoesOnAsync(writer);
        Assert.False(answers.Task.IsCompleted);
        await Eventually.TimePassesAsync(TimeSpan.FromSeconds(20));
        await DeadPrimaryTests.GoesOnAsync(writer);
        answers.SetResult();
        await locked.DisposeAsync();
        await switching;

        // What the command could not end, the next process ends.
        await using var child = Child.Start(place);
        await Eventually.HoldsAsync("the record ends", async () => (await reader.Ports.Recoveries.ReadActiveAsync(cluster, default)) is null, () => Task.FromResult(child.Log));
        var ended = Assert.Single(await reader.Ports.Recoveries.ReadRecentAsync(cluster, 9, default)).Recovery;
        // The next process finishes the switch, or leaves everything as it was.
        var primary = await fleet.AssertOnePrimaryAsync();
        Assert.True(primary == (ended.Outcome is RecoveryOutcome.Promoted ? fleet.Replicas[0] : fleet.Primary), RecoveryText.Tell(ended));
        if (primary == fleet.Primary) Assert.Equal(roles, await fleet.RolesAsync());
        Assert.Equal(0, await DeadPrimaryTests.LostAsync(writer, primary));
    }

    private static Task CatchesUpAsync(Watcher watcher) => Eventually.HoldsAsync("the successor catches up", async () =>
        (await watcher.Room.Ports.Recoveries.ReadActiveAsync(watcher.Cluster, default))?.Stages[^1].Stage.Name == "catch-up",
        otherwise: async () => string.Concat((await watcher.ReadAsync()).Select(r => RecoveryText.Tell(r))));

    // What the primary writes to the table cannot be applied there until the lock is given back.
    private static async Task<MySqlConnection> LockAsync(ServerFleet fleet, FleetServer server, string table = "app.locked")
    {
        await fleet.Primary.ExecuteAsync("CREATE TABLE IF NOT EXISTS app.locked (id INT PRIMARY KEY); DELETE FROM app.locked");
        var all = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
        await Eventually.HoldsAsync("the table is everywhere", async () => (await server.SeeAsync())!.Gtid.Executed.Contains(all));
        var connection = await server.OpenAsync();
        await using var command = new MySqlCommand($"LOCK TABLES {table} READ", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    // Every replica has it in its relay log, whether or not the primary waits for that.
    private static async Task ReceivedAsync(ServerFleet fleet, string sql)
    {
        await fleet.Primary.ExecuteAsync(sql);
        var all = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
        foreach (var replica in fleet.Replicas)
            await Eventually.HoldsAsync($"{replica} has received it", async () => (await replica.SeeAsync())!.AllReceived.Contains(all));
    }

    private static async Task<bool> IsApplierBlockedAsync(FleetServer server) =>
        (await server.QueryAsync("SHOW PROCESSLIST")).Any(p => p["State"]?.ToString()?.Contains("Waiting for table metadata lock", StringComparison.Ordinal) == true);

    private static async Task<bool> IsBehindAsync(FleetServer server, FleetServer sibling) =>
        await server.SeeAsync() is { } full && await sibling.SeeAsync() is { } sound && !full.AllReceived.Contains(sound.Gtid.Executed)
        && await server.SeeAsync() is { } later && later.AllReceived.Equals(full.AllReceived);
}
