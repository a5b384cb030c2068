using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>
/// A server that accepts writes need not serve, and one that was told to follow need not follow: what keeps them from
/// it is seen beforehand, or told as it is seen.
/// </summary>
public sealed class ServingTrials
{
    private const string DropReplicationAccount = "DROP USER repl";

    /// <summary>https://github.com/openark/orchestrator/issues/995</summary>
    [Fact]
    public async Task A_replica_in_offline_mode_is_named_beforehand_and_another_one_is_promoted()
    {
        await using var fleet = await StartAsync("mysql-9.7", replicas: 3, semiSync: true);
        var offline = fleet.Replicas[0];
        await offline.ExecuteAsync("SET GLOBAL offline_mode=ON");
        await using var watcher = await Watcher.StartAsync(fleet);
        await Eventually.HoldsAsync("it is a problem before the worst day",
            () => watcher.Problems.Contains(AnalysisCode.OfflineMode));
        await AssertRefusedAsync(fleet, watcher, offline, "offline_mode=OFF");

        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();
        Assert.NotEqual(offline.Key(), outcome.Key);
        await WriteAsync(fleet.Of(outcome.Key));
    }

    /// <summary>https://github.com/yandex/mysync/pull/277</summary>
    [Theory]
    [Trait("check", "quick")]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_promoted_server_that_turns_its_replicas_away_accepts_writes_and_the_record_says_who_does_not_follow(string kind)
    {
        await using var fleet = await StartAsync(kind, replicas: 3, semiSync: true);
        foreach (var replica in fleet.Replicas) await AloneAsync(replica, DropReplicationAccount);
        await using var watcher = await Watcher.StartAsync(fleet);

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        await WriteAsync(fleet.Of(outcome.Key));
        Assert.Equal(2, outcome.Lost.Length);
        Assert.All(outcome.Lost, l => Assert.Contains("1045", l.Because, StringComparison.Ordinal));
        Assert.Contains("no acknowledgement", RecoveryText.Tell(recovery), StringComparison.Ordinal);
        await Eventually.HoldsAsync("it stays a problem", () => watcher.Problems.Contains(AnalysisCode.ReplicaNotReceiving));
    }

    /// <summary>
    /// https://github.com/yandex/mysync/pull/277 and https://github.com/openark/orchestrator/issues/514, planned.
    /// </summary>
    [Theory]
    [InlineData("mysql-9.7", true)]
    [InlineData("mariadb-10.11", false)]
    public async Task A_takeover_to_a_server_that_turns_its_siblings_away_ends_before_writes_are_blocked(
        string kind, bool semiSync)
    {
        await using var fleet = await StartAsync(kind, replicas: 3, semiSync);
        var to = fleet.Replicas[0];
        await AloneAsync(to, DropReplicationAccount);
        await using var watcher = await Watcher.StartAsync(fleet);
        var roles = await fleet.RolesAsync();

        var takeover = await watcher.Place.RunAsync("takeover", "shop", "--to", to.Key);

        Assert.True(takeover.Code == 1, takeover.ToString());
        Assert.Contains("1045", takeover.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(
            (await watcher.ReadAsync()).SelectMany(r => r.Stages), s => s.Stage.Name == "freeze");
        await Eventually.HoldsAsync("all is as before", async () => await fleet.RolesAsync() == roles, fleet.RolesAsync);
        await WriteAsync(fleet.Primary);
    }

    /// <summary>https://github.com/openark/orchestrator/issues/514, with nobody who could find it out beforehand.</summary>
    [Fact]
    public async Task An_old_primary_that_the_new_one_turns_away_is_named_and_commits_do_not_wait_for_it()
    {
        await using var fleet = await StartAsync("mysql-9.7", replicas: 1, semiSync: true);
        await AloneAsync(fleet.Replicas[0], DropReplicationAccount);
        await using var watcher = await Watcher.StartAsync(fleet);

        var takeover = await watcher.Place.RunAsync("takeover", "shop", "--to", fleet.Replicas[0].Key);

        Assert.Contains($"left behind: {fleet.Primary.Key} (cannot connect", takeover.Output, StringComparison.Ordinal);
        Assert.Contains("1045", takeover.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("every replica seen follows it", takeover.Output, StringComparison.Ordinal);
        await WriteAsync(fleet.Replicas[0]);
    }

    /// <summary>https://github.com/openark/orchestrator/issues/514</summary>
    [Fact]
    public async Task Where_accounts_may_be_looked_up_a_replica_without_the_replication_account_is_named_and_spared()
    {
        await using var fleet = await StartAsync("mysql-9.7", replicas: 3, semiSync: true);
        await fleet.Primary.ExecuteAsync("GRANT SELECT (User, account_locked) ON mysql.user TO orchestrator");
        var without = fleet.Replicas[0];
        await AloneAsync(without, "ALTER USER repl ACCOUNT LOCK");
        await using var watcher = await Watcher.StartAsync(fleet);
        await Eventually.HoldsAsync("it is a problem before the worst day",
            () => watcher.Problems.Contains(AnalysisCode.ReplicationAccountMissing));
        await AssertRefusedAsync(fleet, watcher, without, "has locked the account 'repl'");

        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();
        Assert.NotEqual(without.Key(), outcome.Key);
        Assert.Empty(outcome.Lost);
        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
    }

    /// <summary>https://github.com/openark/orchestrator/issues/629, https://github.com/openark/orchestrator/issues/880</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_old_primary_follows_over_TLS_where_the_replication_account_requires_it(int replicas)
    {
        await using var fleet = await StartAsync("mariadb-10.11", replicas, semiSync: false);
        using var certificates = new CertificateFiles();
        foreach (var server in fleet.Servers) await server.ConfigureAsync(certificates.Lines);
        await fleet.Primary.ExecuteAsync("ALTER USER repl REQUIRE SSL");
        foreach (var replica in fleet.Replicas)
            await replica.ExecuteAsync("STOP SLAVE; CHANGE MASTER TO MASTER_SSL=1; START SLAVE; SET GLOBAL read_only=1");
        Assert.Equal(fleet.Primary, await fleet.AssertOnePrimaryAsync());
        await using var watcher = await Watcher.StartAsync(fleet);

        var takeover = await watcher.Place.RunAsync("takeover", "shop", "--to", fleet.Replicas[0].Key);

        Assert.True(takeover.Code == 0, takeover.ToString());
        Assert.Contains("every replica seen follows it", takeover.Output, StringComparison.Ordinal);
        Assert.Equal(fleet.Replicas[0], await fleet.AssertOnePrimaryAsync());
    }

    /// <summary>https://github.com/bitpoke/mysql-operator/issues/322, https://github.com/vitessio/vitess/pull/2167</summary>
    [Theory]
    [Trait("check", "quick")]
    [InlineData("mysql-9.7", "SYSTEM_VARIABLES_ADMIN")]
    [InlineData("mariadb-10.11", "READ_ONLY ADMIN")]
    public async Task A_privilege_that_is_missing_is_named_before_the_worst_day(string kind, string privilege)
    {
        await using var fleet = await StartAsync(kind, replicas: 2, semiSync: false);
        var poor = fleet.Replicas[0];
        await AloneAsync(poor, $"REVOKE {privilege} ON *.* FROM orchestrator");
        await using var watcher = await Watcher.StartAsync(fleet);
        await Eventually.HoldsAsync("it is a problem before the worst day",
            () => watcher.Problems.Contains(AnalysisCode.PrivilegesMissing));
        await AssertRefusedAsync(fleet, watcher, poor, privilege);
        var unsure = await watcher.Place.RunAsync("plan", "dead-primary", "shop");
        Assert.Equal(1, unsure.Code);
        Assert.Contains($"whether {fleet.Replicas[1].Key} lets replicas log in: our account may not read mysql.user there", unsure.Output, StringComparison.Ordinal);
        await fleet.TellAccountsAsync();
        var possible = await watcher.Place.RunAsync("plan", "dead-primary", "shop");
        Assert.True(possible.Code == 0, possible.ToString());

        await AloneAsync(fleet.Replicas[1], $"REVOKE {privilege} ON *.* FROM orchestrator");
        var hopeless = await watcher.Place.RunAsync("plan", "dead-primary", "shop");
        Assert.True(hopeless.Code == 1, hopeless.ToString());
        Assert.Contains($"GRANT {privilege}", hopeless.Output, StringComparison.Ordinal);
        await AloneAsync(fleet.Replicas[1], $"GRANT {privilege} ON *.* TO orchestrator");
        await Eventually.HoldsAsync("it is seen that one may be promoted", () => watcher.Topology.Members
            .Single(m => m.Key == fleet.Replicas[1].Key()).Current?.Missing == MissingPrivileges.None);

        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();
        Assert.Equal(fleet.Replicas[1].Key(), outcome.Key);
        await WriteAsync(fleet.Replicas[1]);
    }

    /// <summary>https://github.com/signal18/replication-manager/issues/284</summary>
    [Fact]
    public async Task A_replica_that_purged_what_a_delayed_sibling_needs_is_not_promoted_in_place_of_one_that_did_not()
    {
        await using var fleet = await StartAsync("mysql-9.7", replicas: 3, semiSync: false);
        var (purged, whole, delayed) = (fleet.Replicas[0], fleet.Replicas[1], fleet.Replicas[2]);
        await delayed.ExecuteAsync("STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_DELAY=3600; START REPLICA");
        for (var i = 0; i < 5; i++) await fleet.Primary.ExecuteAsync($"CREATE DATABASE later{i}");
        var all = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
        await Eventually.HoldsAsync("two have it all", async () =>
            (await purged.SeeAsync())!.Gtid.Executed.Contains(all) && (await whole.SeeAsync())!.Gtid.Executed.Contains(all));
        await purged.ExecuteAsync("FLUSH BINARY LOGS; PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
        await using var watcher = await Watcher.StartAsync(fleet);

        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();

        Assert.Equal(whole.Key(), outcome.Key);
        Assert.Empty(outcome.Lost);
        Assert.Equal(whole, await fleet.AssertOnePrimaryAsync(besides: fleet.Primary));
    }

    private static async Task<ServerFleet> StartAsync(string kind, int replicas, bool semiSync)
    {
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        var fleet = await ServerFleet.StartAsync(new FleetRequest(kind, replicas, semiSync));
        // A server that started in the second in which its primary was seen is taken for one that restarted since.
        await Eventually.HoldsAsync("they have run for a while", async () =>
            (await Task.WhenAll(fleet.Servers.Select(UptimeAsync))).All(seconds => seconds >= 3));
        return fleet;
    }

    private static async Task<long> UptimeAsync(FleetServer server)
    {
        var row = (await server.QueryAsync("SHOW GLOBAL STATUS LIKE 'Uptime'")).Single();
        return long.Parse(row["Value"]!.ToString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task AssertRefusedAsync(ServerFleet fleet, Watcher watcher, FleetServer to, string remedy)
    {
        var roles = await fleet.RolesAsync();
        var takeover = await watcher.Place.RunAsync("takeover", "shop", "--to", to.Key);
        Assert.True(takeover.Code == 1, takeover.ToString());
        Assert.Contains(remedy, takeover.Output, StringComparison.Ordinal);
        Assert.Equal(roles, await fleet.RolesAsync());
    }

    // On that server and no other, though it is a replica.
    private static async Task AloneAsync(FleetServer server, string sql)
    {
        var isMariaDb = (await server.SeeAsync())!.Version.IsMariaDb;
        var (open, close) = isMariaDb ? ("", "") : ("SET GLOBAL super_read_only=OFF; ", "; SET GLOBAL super_read_only=ON");
        await server.ExecuteAsync($"{open}SET sql_log_bin=0; {sql}{close}");
    }

    private static Task WriteAsync(FleetServer server) =>
        server.ExecuteAsync("CREATE DATABASE served").WaitAsync(Eventually.Bound);
}
