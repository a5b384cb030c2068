using OrchestratorFunctions.MySql.Stepping;

namespace OrchestratorFunctions.MySql.Tests.Reading;

/// <summary>Durability is decided on what a source says of its acknowledgements: no probe may be behind.</summary>
public sealed class SemiSyncMappingTests
{
    [Theory]
    [InlineData("mysql-9.7", "source", "replica")]
    [InlineData("mariadb-10.11", "master", "slave")]
    public async Task What_changes_in_semi_sync_on_a_source_is_seen_by_its_next_probe(string kind, string source, string replica)
    {
        await using var fleet = await Fleets.StartAsync(kind, semiSync: true);
        var primary = fleet.Servers.Primary;
        Assert.True((await fleet.SeeAsync(primary)).SemiSync is { SourceEnabled: true, SourceActive: true, Clients: 1 });
        await fleet.SeeAsync(primary);

        await primary.ExecuteAsync($"SET GLOBAL rpl_semi_sync_{source}_enabled = 0");
        Assert.True((await fleet.SeeAsync(primary)).SemiSync is { SourceEnabled: false, SourceActive: false });
        await primary.ExecuteAsync($"SET GLOBAL rpl_semi_sync_{source}_timeout = 4711; SET GLOBAL rpl_semi_sync_{source}_enabled = 1");
        Assert.True((await fleet.SeeAsync(primary)).SemiSync is { SourceEnabled: true, TimeoutMilliseconds: 4711 });

        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(primary)).SemiSync.SourceActive, "it waits again");
        await fleet.Servers.Replicas[0].ExecuteAsync(replica == "slave" ? "STOP SLAVE" : "STOP REPLICA");
        await Fleets.UntilAsync(
            async () => await primary.ScalarAsync<int>(
                kind.StartsWith("maria", StringComparison.Ordinal)
                    ? "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'Rpl_semi_sync_master_clients'"
                    : "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = 'Rpl_semi_sync_source_clients'") == 0,
            "the source counts nobody");
        Assert.Equal(0, (await fleet.SeeAsync(primary)).SemiSync.Clients);
    }

    [Theory]
    [InlineData("mysql-9.7", "replica")]
    [InlineData("mariadb-10.11", "slave")]
    public async Task A_replica_that_gives_no_acknowledgements_any_more_is_seen_by_its_next_probe(string kind, string word)
    {
        await using var fleet = await Fleets.StartAsync(kind, semiSync: true);
        var replica = fleet.Servers.Replicas[0];
        Assert.True((await fleet.SeeAsync(replica)).SemiSync.ReplicaEnabled);
        await fleet.SeeAsync(replica);

        await replica.ExecuteAsync($"SET GLOBAL rpl_semi_sync_{word}_enabled = 0");
        Assert.False((await fleet.SeeAsync(replica)).SemiSync.ReplicaEnabled);
    }

    [Fact]
    public async Task A_plugin_that_is_unloaded_costs_one_probe_and_hides_nothing()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0, semiSync: true);
        var primary = fleet.Servers.Primary;
        await primary.ExecuteAsync("SET GLOBAL rpl_semi_sync_source_enabled = 0");
        await fleet.SeeAsync(primary);
        await primary.ExecuteAsync("UNINSTALL PLUGIN rpl_semi_sync_source");
        await fleet.SeeAsync(primary);
        Assert.False((await fleet.SeeAsync(primary)).SemiSync.SourceEnabled);
    }

    [Theory]
    [InlineData("mysql-9.7", false)]
    [InlineData("mariadb-10.11", true)]
    public async Task Only_MariaDB_shows_a_commit_that_still_waits_for_its_acknowledgement(string kind, bool isShown)
    {
        await using var fleet = await Fleets.StartAsync(kind, semiSync: true);
        var primary = fleet.Servers.Primary;
        await primary.ExecuteAsync("CREATE TABLE app.waits (id INT PRIMARY KEY)");
        await fleet.Servers.Replicas[0].ExecuteAsync(isShown ? "STOP SLAVE" : "STOP REPLICA");
        var before = (await fleet.SeeAsync(primary)).Gtid.Executed;
        var insert = primary.ExecuteAsync("INSERT INTO app.waits VALUES (1)");
        await Fleets.UntilAsync(
            async () => await primary.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for semi-sync ACK%'") == 1,
            "the commit waits");
        Assert.Equal(0, await primary.ScalarAsync<long>("SELECT COUNT(*) FROM app.waits"));
        Assert.Equal(isShown, !before.Contains((await fleet.SeeAsync(primary)).Gtid.Executed));
        primary.Kill();
        await Assert.ThrowsAnyAsync<Exception>(() => insert);
    }
}
