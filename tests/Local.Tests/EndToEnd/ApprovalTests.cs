using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>A cluster where an operator is asked before a dead primary is replaced.</summary>
public sealed class ApprovalTests
{
    [Fact]
    public async Task Nothing_is_opened_until_the_operator_approves_and_then_the_failover_goes_on()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:ApproveClusters=shop");
        var id = await AskedAsync(fleet, watcher);
        Assert.All(await SeenAsync(fleet), replica => Assert.True(replica.ReadOnly));

        var approved = await watcher.Place.RunAsync("approve", id, "--because", "looked at it");
        Assert.True(approved.Code == 0, approved.ToString());
        Assert.Contains("is the primary", approved.Output, StringComparison.Ordinal);
        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        Assert.Contains("looked at it", (await watcher.Place.RunAsync("explain", id)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_failover_leaves_every_replica_as_it_was_and_is_refused_when_said_again()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:ApproveClusters=shop");
        var id = await AskedAsync(fleet, watcher);

        var cancelled = await watcher.Place.RunAsync("cancel", id, "--because", "the rack is moved");
        Assert.True(cancelled.Code == 0, cancelled.ToString());
        Assert.All(await SeenAsync(fleet), replica => Assert.True(replica.ReadOnly && replica.Link!.Source == fleet.Primary.Key() && replica.Link.Receiver != Core.Model.ReplicationThread.Stopped));
        var again = await watcher.Place.RunAsync("cancel", id);
        Assert.Equal(1, again.Code);
        Assert.Contains("is not running", again.Error, StringComparison.Ordinal);
    }

    /// <summary>S14: whoever forbids recoveries means those that have not opened anybody yet too.</summary>
    [Fact]
    public async Task A_failover_that_waits_for_approval_is_given_up_and_undone_when_recovery_is_disabled_meanwhile()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:ApproveClusters=shop");
        var id = await AskedAsync(fleet, watcher);
        Assert.Equal(0, (await watcher.Place.RunAsync("disable-recovery")).Code);
        await Eventually.HoldsAsync("it is given up", async () => await watcher.Room.Ports.Recoveries.ReadActiveAsync(watcher.Cluster, default) is null);
        var ended = (await watcher.Room.Ports.Recoveries.ReadAsync(id, default))!.Recovery;
        Assert.Contains("recovery is disabled globally", ended.Outcome!.Says, StringComparison.Ordinal);
        Assert.All(await SeenAsync(fleet), replica => Assert.True(replica.ReadOnly && replica.Link!.Source == fleet.Primary.Key() && replica.Link.Receiver != Core.Model.ReplicationThread.Stopped));
    }

    [Fact]
    public async Task A_failover_that_waits_for_its_candidate_to_catch_up_is_cancelled_by_another_process_and_undone()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        await fleet.Primary.ExecuteAsync("CREATE TABLE IF NOT EXISTS app.locked(id INT PRIMARY KEY); DELETE FROM app.locked");
        const string count = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema='app' AND table_name='locked'";
        await Eventually.HoldsAsync("the table is everywhere", async () => (await Task.WhenAll(fleet.Replicas.Select(r => r.ScalarAsync<long>(count)))).All(n => n == 1));
        await using var first = await LockAsync(fleet.Replicas[0]);
        await using var second = await LockAsync(fleet.Replicas[1]);
        await fleet.Primary.ExecuteAsync("INSERT INTO app.locked VALUES(1)");
        fleet.Primary.Kill();
        await Eventually.HoldsAsync("it waits", async () => (await watcher.Room.Ports.Recoveries.ReadActiveAsync(watcher.Cluster, default))?.Stages[^1].Stage.Name == "catch-up");
        var running = (await watcher.Room.Ports.Recoveries.ReadActiveAsync(watcher.Cluster, default))!;
        await using var another = await watcher.Place.OpenAsync();

        var told = await another.Flow.Signal.RunAsync(watcher.Cluster, running.Id, new OperatorSignal(SignalKind.Cancel, "eve", "it takes too long", DateTimeOffset.UtcNow), default);

        Assert.True(told.End is Flow.Recovering.RunStatus.Ended or Flow.Recovering.RunStatus.MoreToDo or Flow.Recovering.RunStatus.Left, told.ToString());
        var ended = await watcher.RecoveredAsync();
        Assert.Contains("cancelled by eve", ended.Outcome!.Says, StringComparison.Ordinal);
        Assert.All(await SeenAsync(fleet), replica => Assert.True(replica.ReadOnly && replica.Link!.Source == fleet.Primary.Key() && replica.Link.Receiver != Core.Model.ReplicationThread.Stopped));
    }

    private static async Task<MySqlConnector.MySqlConnection> LockAsync(FleetServer server)
    {
        var connection = await server.OpenAsync();
        await using var command = new MySqlConnector.MySqlCommand("LOCK TABLES app.locked READ", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static async Task<string> AskedAsync(ServerFleet fleet, Watcher watcher)
    {
        // The alias is taken up with the next look at the store.
        await watcher.LookOnAsync("the primary is seen", t => t[fleet.Primary.Key()]!.IsSeen && t.Alias == "shop");
        fleet.Primary.Kill();
        Recovery? asked = null;
        await Eventually.HoldsAsync("an operator is asked", async () =>
        {
            asked = await watcher.Room.Ports.Recoveries.ReadActiveAsync(watcher.Cluster, default);
            return asked is { AwaitsApproval: true };
        });
        return asked!.Id;
    }

    private static async Task<Core.Model.Instance[]> SeenAsync(ServerFleet fleet) => [.. (await Task.WhenAll(fleet.Replicas.Select(r => r.SeeAsync()))).Select(i => i!)];
}
