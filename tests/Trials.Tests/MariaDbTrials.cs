using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Testing;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>What MariaDB does otherwise: its GTID positions, its domains, its relay logs.</summary>
public sealed class MariaDbTrials
{
    private const string Kind = "mariadb-10.11";
    private const int Acknowledged = 20;

    private const string BeginBinaryLogAgain =
        "STOP SLAVE; SET @p=@@GLOBAL.gtid_slave_pos; RESET MASTER; SET GLOBAL gtid_slave_pos=@p; START SLAVE";

    /// <summary>
    /// The new primary is a server that was restored from a backup: its binary log does not know those that wrote
    /// before (https://github.com/mariadb-operator/mariadb-operator/pull/1883).
    /// </summary>
    [Fact]
    public async Task A_former_primary_can_be_promoted_again_where_the_primary_was_rebuilt()
    {
        await using var fleet = await StartAsync(replicas: 2);
        await using var watcher = await Watcher.StartAsync(fleet);
        var (first, former, rebuilt) = (fleet.Primary, fleet.Replicas[0], fleet.Replicas[1]);
        await TakeOverAsync(watcher, former);
        await former.ExecuteAsync("CREATE TABLE app.own (id INT PRIMARY KEY); INSERT INTO app.own VALUES (1)");
        await HaveAllAsync(former, first, rebuilt);

        await rebuilt.ExecuteAsync(BeginBinaryLogAgain);
        await former.ExecuteAsync("INSERT INTO app.own VALUES (2)");
        await HaveAllAsync(former, first, rebuilt);
        await TakeOverAsync(watcher, rebuilt);
        await rebuilt.ExecuteAsync("INSERT INTO app.own VALUES (3)");
        await HaveAllAsync(rebuilt, first, former);
        rebuilt.Kill();
        await watcher.PromotedAsync();

        var successor = await fleet.AssertOnePrimaryAsync(besides: rebuilt);
        Assert.Equal(3, await successor.ScalarAsync<int>("SELECT COUNT(*) FROM app.own"));
    }

    /// <summary>
    /// A replica with local tables that it writes in a domain of its own, as the manual has it
    /// (https://github.com/signal18/replication-manager/issues/30).
    /// </summary>
    [Fact]
    public async Task A_replica_with_local_tables_in_a_domain_of_its_own_follows_the_new_primary()
    {
        await using var fleet = await StartAsync(replicas: 2);
        await using var watcher = await Watcher.StartAsync(fleet);
        await WriteLocallyAsync(fleet.Replicas[1], 92);
        await SeesDomainAsync(watcher, fleet.Replicas[1], 92);

        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();

        Assert.Equal(fleet.Replicas[0].Key(), outcome.Key);
        Assert.Empty(outcome.Lost);
        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
    }

    /// <summary>The same, and every replica has such tables.</summary>
    [Fact]
    public async Task Replicas_that_all_have_local_domains_have_a_successor_among_them()
    {
        await using var fleet = await StartAsync(replicas: 2);
        await using var watcher = await Watcher.StartAsync(fleet);
        await WriteLocallyAsync(fleet.Replicas[0], 91);
        await WriteLocallyAsync(fleet.Replicas[1], 92);
        await SeesDomainAsync(watcher, fleet.Replicas[0], 91);
        await SeesDomainAsync(watcher, fleet.Replicas[1], 92);

        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();

        Assert.Empty(outcome.Lost);
        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
    }

    /// <summary>
    /// A replica behind has a domain of the past in its position (https://github.com/MariaDB/server/pull/460).
    /// </summary>
    [Fact]
    public async Task A_domain_of_the_past_makes_no_laggard_the_most_advanced_replica()
    {
        await using var fleet = await StartAsync(replicas: 2, semiSync: false);
        await using var watcher = await Watcher.StartAsync(fleet);
        var (ahead, stale) = (fleet.Replicas[0], fleet.Replicas[1]);
        await stale.ExecuteAsync(
            "STOP SLAVE; SET GLOBAL gtid_slave_pos=CONCAT(@@GLOBAL.gtid_slave_pos, ',7-99-55'); START SLAVE");
        await SeesDomainAsync(watcher, stale, 7);
        await stale.ExecuteAsync("STOP SLAVE IO_THREAD");
        await fleet.Primary.ExecuteAsync("CREATE TABLE app.late (id INT PRIMARY KEY); INSERT INTO app.late VALUES (1)");
        await HaveAllAsync(fleet.Primary, ahead);

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        Assert.Equal(ahead.Key(), outcome.Key);
        Assert.DoesNotContain("7-99-55", recovery.Choice!.PossiblyLost, StringComparison.Ordinal);
        // It was stopped by a person, who starts it again (decision 0035).
        await stale.ExecuteAsync("START SLAVE");
        var successor = await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        Assert.Equal(1, await successor.ScalarAsync<int>("SELECT COUNT(*) FROM app.late"));
    }

    /// <summary>
    /// Appliers stand still while replicas acknowledge: a MariaDB server that starts its applier while both threads
    /// stand still throws away what it acknowledged (https://github.com/ProxySQL/orchestrator/issues/106).
    /// </summary>
    [Theory]
    [Trait("check", "quick")]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nothing_that_was_acknowledged_and_not_applied_is_lost_without_a_word(int replicas)
    {
        await using var fleet = await StartAsync(replicas);
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:ApplyTimeout=00:00:05");
        await fleet.Primary.ExecuteAsync("CREATE TABLE app.acked (id INT PRIMARY KEY)");
        await HaveAllAsync(fleet.Primary, [.. fleet.Replicas]);
        foreach (var replica in fleet.Replicas) await replica.ExecuteAsync("STOP SLAVE SQL_THREAD");
        for (var id = 0; id < Acknowledged; id++)
            await fleet.Primary.ExecuteAsync($"INSERT INTO app.acked VALUES ({id})");

        fleet.Primary.Kill();
        var (recovery, _) = await watcher.PromotedAsync();

        var successor = await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        var told = RecoveryText.Tell(recovery);
        Assert.True(await successor.ScalarAsync<int>("SELECT COUNT(*) FROM app.acked") == Acknowledged, told);
    }

    private static async Task<ServerFleet> StartAsync(int replicas, bool semiSync = true)
    {
        if (ServerFleet.WhyUnavailable(Kind) is { } reason) Assert.Skip(reason);
        var fleet = await ServerFleet.StartAsync(new FleetRequest(Kind, replicas, semiSync));
        // Servers tell for how long they run in whole seconds, and one that may have started after the primary was last seen has
        // given up its relay log: a primary that dies so soon after the start of its replicas is not replaced by itself.
        await Eventually.HoldsAsync("replicas run for some seconds", async () =>
            (await Task.WhenAll(fleet.Replicas.Select(r => r.SeeAsync()))).All(r => r?.UptimeSeconds >= 3));
        return fleet;
    }

    private static async Task TakeOverAsync(Watcher watcher, FleetServer successor)
    {
        var switched = await watcher.Place.RunAsync("takeover", "shop", "--to", successor.Key);
        Assert.True(switched.Code == 0, switched.ToString());
        await watcher.LookOnAsync("the watcher knows", t => t.Primary?.Key == successor.Key());
    }

    private static Task WriteLocallyAsync(FleetServer replica, int domain) => replica.ExecuteAsync(
        $"SET SESSION gtid_domain_id={domain}; CREATE DATABASE local_{domain}; CREATE TABLE local_{domain}.t (i INT)");

    private static Task SeesDomainAsync(Watcher watcher, FleetServer server, int domain) => Eventually.HoldsAsync(
        $"the watcher sees domain {domain}", () => watcher.Topology[server.Key()]?.Current is { } now
            && now.Gtid.Executed.ToString().Contains($"{domain}-", StringComparison.Ordinal));

    private static async Task HaveAllAsync(FleetServer source, params FleetServer[] replicas)
    {
        var all = await source.ScalarAsync<string>("SELECT @@GLOBAL.gtid_binlog_pos");
        foreach (var replica in replicas)
            await Eventually.HoldsAsync($"{replica} has {all}",
                async () => await replica.ScalarAsync<int>($"SELECT MASTER_GTID_WAIT('{all}', 1)") == 0);
    }
}
