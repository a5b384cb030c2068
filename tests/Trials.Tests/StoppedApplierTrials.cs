using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>
/// Somebody stopped the applier of a replica to save data from a DROP that its relay log has already: nothing that is
/// done about the primary may apply it (https://github.com/vitessio/vitess/issues/20256).
/// </summary>
public sealed class StoppedApplierTrials
{
    [Theory]
    [Trait("check", "quick")]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_failover_leaves_the_stopped_applier_alone(string kind)
    {
        await using var fleet = await StartAsync(kind);
        await using var watcher = await Watcher.StartAsync(fleet);
        var saved = await SaveAsync(fleet, watcher);
        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        Assert.Contains(outcome.Lost, l => l.Key == saved.Key());
        await AssertSavedAsync(saved, outcome.Key.ToString(), RecoveryText.Tell(recovery));
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_takeover_leaves_the_stopped_applier_alone(string kind)
    {
        await using var fleet = await StartAsync(kind);
        await using var watcher = await Watcher.StartAsync(fleet);
        var saved = await SaveAsync(fleet, watcher);
        var switched = await watcher.Place.RunAsync("takeover", "shop", "--to", fleet.Replicas[0].Key);
        Assert.True((await fleet.Replicas[0].SeeAsync())!.AcceptsWrites, switched.ToString());

        await AssertSavedAsync(saved, fleet.Replicas[0].Key, switched.ToString());
    }

    /// <summary>Nobody approves of the successor, so that what was frozen is put back.</summary>
    [Fact]
    public async Task A_failover_that_is_given_up_leaves_the_stopped_applier_alone()
    {
        await using var fleet = await StartAsync("mysql-9.7");
        await using var watcher = await Watcher.StartAsync(
            fleet, "Recovery:ApproveClusters=*", "Recovery:ApprovalTimeout=00:00:03");
        var saved = await SaveAsync(fleet, watcher);
        fleet.Primary.Kill();
        var recovery = await watcher.RecoveredAsync();

        Assert.IsType<RecoveryOutcome.Abandoned>(recovery.Outcome);
        await AssertSavedAsync(saved, fleet.Primary.Key, RecoveryText.Tell(recovery));
    }

    /// <summary>A receiver is a person's too: started again by hand, it receives from the new primary.</summary>
    [Theory]
    [InlineData("mysql-9.7", false)]
    [InlineData("mysql-9.7", true)]
    [InlineData("mariadb-10.11", false)]
    public async Task A_stopped_receiver_stays_so_and_leads_to_the_new_primary(string kind, bool isPlanned)
    {
        await using var fleet = await StartAsync(kind);
        await using var watcher = await Watcher.StartAsync(fleet);
        var (looked, word) = (fleet.Replicas[2], fleet.Replicas[2].ServerUuid.Length > 0 ? "REPLICA" : "SLAVE");
        await looked.ExecuteAsync($"STOP {word} IO_THREAD");
        await Eventually.HoldsAsync("the watcher saw it", () => IsStopped(watcher.Topology[looked.Key()]?.Current));
        string told, primary;
        if (isPlanned)
        {
            told = (await watcher.Place.RunAsync("takeover", "shop", "--to", fleet.Replicas[0].Key)).ToString()!;
            primary = fleet.Replicas[0].Key;
        }
        else
        {
            fleet.Primary.Kill();
            var (recovery, outcome) = await watcher.PromotedAsync();
            (told, primary) = (RecoveryText.Tell(recovery), outcome.Key.ToString());
        }
        Assert.Contains("its receiver is stopped", told, StringComparison.Ordinal);
        var now = await looked.SeeAsync();
        Assert.True(IsStopped(now) && now!.Link!.Source.ToString() == primary, $"{now!.Link} {told}");
        await looked.ExecuteAsync($"START {word}");
        await Eventually.HoldsAsync("it replicates", async () => (await looked.SeeAsync())!.Link is { IsReplicating: true });
    }

    private static bool IsStopped(Core.Model.Instance? now) =>
        now is { Link.Receiver: Core.Model.ReplicationThread.Stopped };

    private static async Task<ServerFleet> StartAsync(string kind)
    {
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        return await ServerFleet.StartAsync(new FleetRequest(kind, 3));
    }

    private static async Task<FleetServer> SaveAsync(ServerFleet fleet, Watcher watcher)
    {
        var saved = fleet.Replicas[2];
        await fleet.Primary.ExecuteAsync("CREATE TABLE app.precious (id INT PRIMARY KEY)");
        foreach (var replica in fleet.Replicas) await HasTableAsync(replica, true);
        await saved.ExecuteAsync($"STOP {(saved.ServerUuid.Length > 0 ? "REPLICA" : "SLAVE")} SQL_THREAD");
        await fleet.Primary.ExecuteAsync("DROP TABLE app.precious");
        foreach (var replica in fleet.Replicas.Take(2)) await HasTableAsync(replica, false);
        var all = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
        await Eventually.HoldsAsync("the watcher saw that all received it", () =>
            fleet.Replicas.All(r => watcher.Topology[r.Key()]?.Current?.AllReceived.Contains(all) == true));
        return saved;
    }

    private static async Task AssertSavedAsync(FleetServer saved, string source, string told)
    {
        await Eventually.HoldsAsync("it receives from the primary, or tries to", async () =>
            (await saved.SeeAsync())!.Link is { Receiver: not Core.Model.ReplicationThread.Stopped } link
            && link.Source.ToString() == source);
        Assert.True((await saved.SeeAsync())!.Link!.Applier == Core.Model.ReplicationThread.Stopped, told);
        await HasTableAsync(saved, true);
    }

    private static Task HasTableAsync(FleetServer server, bool has) => Eventually.HoldsAsync(
        $"{server} {(has ? "has" : "has not")} the table", async () => await server.ScalarAsync<int>(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_name='precious'") == (has ? 1 : 0));
}
