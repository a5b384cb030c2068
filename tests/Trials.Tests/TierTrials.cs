using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
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
    [InlineData("mysql-9.7", false)]
    [InlineData("mysql-9.7", true)]
    [InlineData("mariadb-10.11", true)]
    public async Task What_only_a_replica_of_a_dead_replica_has_is_not_lost(string kind, bool semiSync)
    {
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest(kind, 3, semiSync));
        await using var watcher = await Watcher.StartAsync(fleet);
        var (middle, below, behind) = (fleet.Replicas[0], fleet.Replicas[1], fleet.Replicas[2]);
        var moved = await watcher.Place.RunAsync("relocate", below.Key, "--below", middle.Key);
        Assert.True(moved.Code == 0, moved.ToString());
        await watcher.LookOnAsync("the watcher knows", t => t.SourcesOf(t[below.Key()]!).Any(s => s.Key == middle.Key()));
        await fleet.Primary.ExecuteAsync("CREATE TABLE app.late (id INT PRIMARY KEY)");
        await HasAsync(behind, "app.late", 0);
        var word = kind.StartsWith("mysql", StringComparison.Ordinal) ? "REPLICA" : "SLAVE";
        await behind.ExecuteAsync($"STOP {word} IO_THREAD");
        for (var id = 0; id < Late; id++) await fleet.Primary.ExecuteAsync($"INSERT INTO app.late VALUES ({id})");
        await HasAsync(below, "app.late", Late);
        var all = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
        await Eventually.HoldsAsync("the watcher saw it", () => Saw(watcher, fleet.Primary, all) && Saw(watcher, below, all));

        middle.Kill();
        fleet.Primary.Kill();
        await behind.ExecuteAsync($"START {word}");
        var (recovery, _) = await watcher.PromotedAsync();

        var successor = await fleet.AssertOnePrimaryAsync(besides: [fleet.Primary, middle]);
        var told = RecoveryText.Tell(recovery);
        Assert.True(await successor.ScalarAsync<int>("SELECT COUNT(*) FROM app.late") == Late, told);
        Assert.DoesNotContain("known to be lost", told, StringComparison.Ordinal);
    }

    private static bool Saw(Watcher watcher, FleetServer server, Core.Positions.GtidPosition all) =>
        watcher.Topology[server.Key()]?.Now?.Gtid.Executed.Contains(all) == true;

    private static Task HasAsync(FleetServer server, string table, int rows) => Eventually.HoldsAsync(
        $"{server} has {rows} rows of {table}", async () =>
        {
            var name = table.Split('.')[1];
            return await server.ScalarAsync<int>(
                    $"SELECT COUNT(*) FROM information_schema.tables WHERE table_name='{name}'") == 1
                && await server.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}") == rows;
        });
}
