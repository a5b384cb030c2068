namespace OrchestratorFunctions.Trials.Tests;

/// <summary>What servers do to the account that the tool logs in with.</summary>
public sealed class AccountTrials
{
    private static readonly string[] Limited = ["MySql:User=limited", "MySql:Password=limited"];

    /// <summary>
    /// The account may open two or three sessions (github.com/sysown/proxysql/issues/3768): a server that is full is no
    /// dead one, says why it is not seen, and a dead one is replaced.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_account_of_few_sessions_watches_and_replaces(int sessions)
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false);
        await fleet.Primary.ExecuteAsync($"DROP USER IF EXISTS limited; CREATE USER limited IDENTIFIED BY 'limited' WITH MAX_USER_CONNECTIONS {sessions}; GRANT ALL ON *.* TO limited");
        await Eventually.HoldsAsync("the account is everywhere", async () =>
            (await Task.WhenAll(fleet.Replicas.Select(r => r.QueryAsync("SELECT 1 FROM mysql.user WHERE User='limited'")))).All(rows => rows.Any()));
        await using var watcher = await Watcher.StartAsync(fleet, Limited);
        await Eventually.HoldsAsync("all of its sessions to the primary are taken", async () =>
            (await fleet.Primary.QueryAsync("SELECT 1 FROM information_schema.processlist WHERE user='limited'")).Count >= sessions);

        var drawn = await watcher.Place.RunAsync("topology", "shop");
        Assert.Contains($"{fleet.Primary.Key}: not seen: error 1226", drawn.Output, StringComparison.Ordinal);
        await watcher.AssertNothingBegunAsync();

        fleet.Primary.Kill();
        await watcher.PromotedAsync();
    }

    /// <summary>
    /// The server takes accounts over TLS only, and MySql:SslMode says None (github.com/sysown/proxysql/pull/2509): the
    /// advice was to look at the password.
    /// </summary>
    [Fact]
    [Trait("check", "quick")]
    public async Task A_server_that_asks_for_TLS_is_told_as_such()
    {
        var fleet = await Fleets.TakeAsync();
        await fleet.Primary.ExecuteAsync("SET GLOBAL require_secure_transport=ON");
        var refused = await (await Place.NewAsync("MySql:SslMode=None")).RunAsync("discover", fleet.Primary.Key);
        Assert.Equal(1, refused.Code);
        Assert.Contains("MySql:SslMode", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("MySql:Password", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALTER USER limited PASSWORD EXPIRE", "its password has expired")]
    [InlineData("ALTER USER limited ACCOUNT LOCK", "unlock the account")]
    [InlineData("REVOKE PROCESS, REPLICATION CLIENT ON *.* FROM limited", "docs/operations.md, Privileges")]
    public async Task What_the_server_says_of_the_account_decides_the_advice(string sql, string advice)
    {
        var fleet = await Fleets.TakeAsync();
        await fleet.Primary.ExecuteAsync($"DROP USER IF EXISTS limited; CREATE USER limited IDENTIFIED BY 'limited'; GRANT PROCESS, REPLICATION CLIENT, SELECT ON *.* TO limited; {sql}");
        var refused = await (await Place.NewAsync(Limited)).RunAsync("discover", fleet.Primary.Key);
        Assert.Equal(1, refused.Code);
        Assert.Contains(advice, refused.Error, StringComparison.Ordinal);
    }
}
