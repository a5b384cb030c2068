using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>Scheduled events: what the primary ran by its schedule runs on the next one, and there alone.</summary>
public sealed class EventTrials
{
    // Each second one row, with the server that wrote it.
    private static string Ticking(string definer) => "CREATE TABLE app.ticks(id INT AUTO_INCREMENT PRIMARY KEY, server INT UNSIGNED); "
        + $"CREATE DEFINER={definer} EVENT app.tick ON SCHEDULE EVERY 1 SECOND DO INSERT INTO app.ticks(server) VALUES (@@server_id); "
        + $"CREATE DEFINER={definer} EVENT app.idle ON SCHEDULE EVERY 1 SECOND DISABLE DO INSERT INTO app.ticks(server) VALUES (0)";

    private const string Application = "app@'%'", Privileged = "admin@'%'";

    /// <summary>https://github.com/signal18/replication-manager/issues/103</summary>
    [Theory]
    [Trait("check", "quick")]
    [InlineData("mysql-9.7", "REPLICA_SIDE_DISABLED")]
    [InlineData("mariadb-10.11", "SLAVESIDE_DISABLED")]
    public async Task After_a_failover_the_new_primary_runs_what_the_dead_one_ran(string kind, string leftToPrimary)
    {
        await using var fleet = await StartAsync(kind, replicas: 2, Application);
        await using var watcher = await WatchAsync(fleet);

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        Assert.True(outcome.Remark.Length == 0, RecoveryText.Tell(recovery));
        var primary = fleet.Of(outcome.Key);
        await TicksAsync(primary);
        Assert.Equal("app@%", await primary.ScalarAsync<string>("SELECT DEFINER FROM information_schema.events WHERE EVENT_NAME='tick'"));
        Assert.Equal("DISABLED", await StatusAsync(primary, "idle"));
        var sibling = fleet.Replicas.Single(r => r != primary);
        await Eventually.HoldsAsync("its replica leaves it to it", async () => await StatusAsync(sibling, "tick") == leftToPrimary);
        await Eventually.HoldsAsync("nothing is left to do", () => !watcher.Problems.Any(IsAboutEvents));
    }

    /// <summary>
    /// https://github.com/signal18/replication-manager/issues/140 and
    /// https://github.com/mariadb-operator/mariadb-operator/issues/291
    /// </summary>
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task After_a_planned_switch_an_event_that_may_write_through_read_only_runs_on_the_new_primary_alone(string kind)
    {
        await using var fleet = await StartAsync(kind, replicas: 2, Privileged);
        await using var watcher = await WatchAsync(fleet);
        var (old, to) = (fleet.Primary, fleet.Replicas[0]);

        var takeover = await watcher.Place.RunAsync("takeover", "shop", "--to", to.Key);

        Assert.True(takeover.Code == 0, takeover.ToString());
        var ofOld = await CountAsync(to, await IdAsync(old));
        await TicksAsync(to);
        Assert.Equal(ofOld, await CountAsync(to, await IdAsync(old)));
        await Eventually.HoldsAsync("the old primary follows and has it all", async () =>
            (await old.SeeAsync())!.Link is { IsReplicating: true } && await CountAsync(old, await IdAsync(to)) > 0);
        Assert.Equal(ofOld, await CountAsync(old, await IdAsync(old)));
        await Eventually.HoldsAsync("nothing is left to do", () => !watcher.Problems.Any(IsAboutEvents));

        var back = await watcher.Place.RunAsync("takeover", "shop", "--to", old.Key);
        Assert.True(back.Code == 0, back.ToString());
        await TicksAsync(old);
    }

    [Fact]
    public async Task Where_nobody_wants_it_no_event_is_enabled_and_the_record_and_the_analysis_name_it()
    {
        await using var fleet = await StartAsync("mysql-9.7", replicas: 1, Application);
        await using var watcher = await WatchAsync(fleet, "Recovery:Events=Report");

        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();

        Assert.Contains("`app`.`tick`", outcome.Says, StringComparison.Ordinal);
        Assert.Equal("REPLICA_SIDE_DISABLED", await StatusAsync(fleet.Of(outcome.Key), "tick"));
        await Eventually.HoldsAsync("it stays a problem", () => watcher.Problems.Contains(AnalysisCode.EventsNotRunning));
    }

    /// <summary>A switch that goes back leaves nothing disabled.</summary>
    [Fact]
    public async Task A_planned_switch_that_goes_back_leaves_the_events_where_they_ran()
    {
        await using var fleet = await StartAsync("mariadb-10.11", replicas: 1, Privileged);
        await using var watcher = await WatchAsync(fleet, "Recovery:StepTimeout=00:00:02");
        var (old, to) = (fleet.Primary, fleet.Replicas[0]);
        await old.ExecuteAsync("CREATE EVENT app.long ON SCHEDULE EVERY 1 HOUR DO DO SLEEP(1000)");
        await Eventually.HoldsAsync("it is known", () => watcher.Topology[old.Key()]!.Current!.Events!.Enabled.Count == 2);

        var takeover = await watcher.Place.RunAsync("takeover", "shop", "--to", to.Key);

        Assert.True(takeover.Code == 1, takeover.ToString());
        Assert.Contains("KILL", takeover.Output, StringComparison.Ordinal);
        await TicksAsync(old);
        Assert.Equal("ENABLED", await StatusAsync(old, "long"));
    }

    private static bool IsAboutEvents(AnalysisCode code) => code is AnalysisCode.EventsNotRunning or AnalysisCode.EventsOnReplica;

    private static async Task<ServerFleet> StartAsync(string kind, int replicas, string definer)
    {
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        var fleet = await ServerFleet.StartAsync(new FleetRequest(kind, replicas));
        // To be allowed to keep the definer of an event that an administrator made.
        if (definer == Privileged && !kind.StartsWith("mariadb", StringComparison.Ordinal)) await fleet.Primary.ExecuteAsync("GRANT SYSTEM_USER ON *.* TO orchestrator");
        foreach (var server in fleet.Servers) await server.ExecuteAsync("SET GLOBAL event_scheduler=ON");
        await fleet.Primary.ExecuteAsync(Ticking(definer));
        await TicksAsync(fleet.Primary);
        return fleet;
    }

    private static async Task<Local.Tests.Watcher> WatchAsync(ServerFleet fleet, params string[] settings)
    {
        var watcher = await Local.Tests.Watcher.StartAsync(fleet, settings);
        await Eventually.HoldsAsync("its events are known", () => watcher.Topology[fleet.Primary.Key()]!.Current!.Events is { Running.Count: 1, Disabled.Count: 1 });
        return watcher;
    }

    private static async Task TicksAsync(FleetServer server)
    {
        var (id, before) = (await IdAsync(server), 0L);
        before = await CountAsync(server, id);
        await Eventually.HoldsAsync($"{server} runs its event", async () => await CountAsync(server, id) > before + 1);
    }

    private static Task<uint> IdAsync(FleetServer server) => server.ScalarAsync<uint>("SELECT @@server_id");

    private static Task<long> CountAsync(FleetServer server, uint writer) =>
        server.ScalarAsync<long>($"SELECT COUNT(*) FROM app.ticks WHERE server={writer}");

    private static Task<string?> StatusAsync(FleetServer server, string name) =>
        server.ScalarAsync<string>($"SELECT STATUS FROM information_schema.events WHERE EVENT_NAME='{name}'");
}
