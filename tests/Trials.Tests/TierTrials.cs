using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>
/// P with R1 and R3 below it, and R1a below R1. R3 stops receiving, P writes, and R1 dies together with P: what R1
/// passed on to R1a is within reach (https://github.com/openark/orchestrator/pull/738).
/// </summary>
public sealed class TierTrials
{
    private const int Late = 50;

    [Theory]
    [Trait("check", "quick")]
    [InlineData("mysql-9.7", false)]
    [InlineData("mysql-9.7", true)]
    [InlineData("mariadb-10.11", true)]
    public async Task What_only_a_replica_of_a_dead_replica_has_is_fetched_from_there(string kind, bool semiSync)
    {
        await using var fleet = await StartAsync(kind, semiSync);
        await using var watcher = await Watcher.StartAsync(fleet, $"Recovery:AllowPossibleLoss={semiSync}");
        await LoseTwoTiersAsync(fleet, watcher);
        var (recovery, outcome) = await watcher.PromotedAsync();

        var (successor, told) = (fleet.Of(outcome.Key), RecoveryText.Tell(recovery));
        Assert.True((await successor.SeeAsync())!.AcceptsWrites);
        Assert.True(await successor.ScalarAsync<int>("SELECT COUNT(*) FROM app.late") == Late, told);
        Assert.DoesNotContain("known to be lost", told, StringComparison.Ordinal);
    }

    /// <summary>R1 may have acknowledged in its last moment what it had no time to pass on.</summary>
    [Fact]
    public async Task Under_semi_sync_a_person_is_told_what_the_replica_of_the_dead_one_has()
    {
        await using var fleet = await StartAsync("mysql-9.7", semiSync: true);
        await using var watcher = await Watcher.StartAsync(fleet);
        await LoseTwoTiersAsync(fleet, watcher);
        var held = await watcher.HeldAsync();

        var (middle, below) = (fleet.Replicas[0].Key, fleet.Replicas[1].Key);
        Assert.Contains($"{below}, which is below {middle}, has all that {middle} was seen to have", held.Says,
            StringComparison.Ordinal);
        Assert.Contains("Recovery:AllowPossibleLoss", held.Says, StringComparison.Ordinal);
    }

    private static async Task<ServerFleet> StartAsync(string kind, bool semiSync)
    {
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        return await ServerFleet.StartAsync(new FleetRequest(kind, 3, semiSync));
    }

    private static async Task LoseTwoTiersAsync(ServerFleet fleet, Watcher watcher)
    {
        var (middle, below, behind) = (fleet.Replicas[0], fleet.Replicas[1], fleet.Replicas[2]);
        var moved = await watcher.Place.RunAsync("relocate", below.Key, "--below", middle.Key);
        Assert.True(moved.Code == 0, moved.ToString());
        await watcher.LookOnAsync("the watcher knows",
            t => t.SourcesOf(t[below.Key()]!).Any(s => s.Key == middle.Key()));
        await fleet.Primary.ExecuteAsync("CREATE TABLE app.late (id INT PRIMARY KEY)");
        await HasAsync(behind, 0);
        var word = fleet.Kind.Contains("mysql", StringComparison.Ordinal) ? "REPLICA" : "SLAVE";
        await behind.ExecuteAsync($"STOP {word} IO_THREAD");
        for (var id = 0; id < Late; id++) await fleet.Primary.ExecuteAsync($"INSERT INTO app.late VALUES ({id})");
        await HasAsync(below, Late);
        var all = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
        foreach (var server in new[] { fleet.Primary, middle, below })
            await Eventually.HoldsAsync($"the watcher saw that {server} has it",
                () => watcher.Topology[server.Key()]?.Current?.Gtid.Executed.Contains(all) == true);

        middle.Kill();
        fleet.Primary.Kill();
        await behind.ExecuteAsync($"START {word}");
    }

    private static Task HasAsync(FleetServer server, int rows) => Eventually.HoldsAsync(
        $"{server} has {rows} rows", async () =>
            await server.ScalarAsync<int>(
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_name='late'") == 1
            && await server.ScalarAsync<int>("SELECT COUNT(*) FROM app.late") == rows);
}
