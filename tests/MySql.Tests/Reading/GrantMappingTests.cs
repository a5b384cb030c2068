using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Reading;

namespace OrchestratorFunctions.MySql.Tests.Reading;

/// <summary>Lines of SHOW GRANTS as 9.7.4 and 10.11.18 write them → what our account lacks.</summary>
public sealed class GrantMappingTests
{
    private const string
        MySql = "GRANT RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `o`@`%`",
        Dynamic = "GRANT CONNECTION_ADMIN,REPLICATION_SLAVE_ADMIN,SYSTEM_VARIABLES_ADMIN ON *.* TO `o`@`%`",
        Maria = "GRANT RELOAD, READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, SLAVE MONITOR ON *.* TO `o`@`%` "
            + "IDENTIFIED BY PASSWORD '*0AD183209365CECFB9275669074B645DFEF2D180'";

    [Theory]
    [InlineData("9.7.4", false, "", "", MySql, Dynamic)]
    [InlineData("9.7.4", false, "REPLICATION_SLAVE_ADMIN", "SYSTEM_VARIABLES_ADMIN", MySql)]
    [InlineData("9.7.4", false, "", "RELOAD", Dynamic)]
    [InlineData("9.7.4", false, "", "RELOAD", "GRANT SUPER ON *.* TO `o`@`%`")]
    [InlineData("9.7.4", false, "REPLICATION_SLAVE_ADMIN", "SYSTEM_VARIABLES_ADMIN, RELOAD", "GRANT USAGE ON *.* TO `o`@`%`", "GRANT ALL PRIVILEGES ON `app`.* TO `o`@`%`")]
    [InlineData("9.7.4", false, "", "", "GRANT ALL PRIVILEGES ON *.* TO `o`@`%` WITH GRANT OPTION")]
    [InlineData("5.7.42", false, "", "", "GRANT RELOAD, PROCESS, SUPER, REPLICATION CLIENT ON *.* TO 'o'@'%'")]
    [InlineData("5.7.42", false, "SUPER", "", "GRANT RELOAD, PROCESS, REPLICATION CLIENT ON *.* TO 'o'@'%'")]
    [InlineData("10.11.18-MariaDB", false, "", "", Maria)]
    [InlineData("10.11.18-MariaDB", true, "", "REPLICATION MASTER ADMIN", Maria)]
    [InlineData("10.11.18-MariaDB", false, "REPLICATION SLAVE ADMIN", "READ_ONLY ADMIN, RELOAD", "GRANT SUPER ON *.* TO `o`@`%`")]
    [InlineData("10.6.5-MariaDB", false, "", "RELOAD", "GRANT SUPER ON *.* TO `o`@`%`")]
    [InlineData("10.11.18-MariaDB", false, "", "", "GRANT `r` TO `o`@`%`", "GRANT USAGE ON *.* TO `o`@`%`", Maria)]
    public void What_steps_need_and_is_not_granted_is_missing(
        string version, bool isSemiSync, string replication, string role, params string[] grants) => Assert.Equal(
        new MissingPrivileges(replication, role), GrantMapping.Missing(Of(grants), Features(version), isSemiSync)! with { ForEvents = null });

    /// <summary>Optional: without them no plan fails, so they are no part of what is missing for one.</summary>
    [Theory]
    [InlineData("9.7.4", "EVENT, SET_ANY_DEFINER", MySql, Dynamic)]
    [InlineData("8.0.46", "EVENT, SET_USER_ID", MySql, Dynamic)]
    [InlineData("9.7.4", "SET_ANY_DEFINER", "GRANT EVENT ON *.* TO `o`@`%`")]
    [InlineData("9.7.4", null, "GRANT EVENT ON *.* TO `o`@`%`", "GRANT SET_ANY_DEFINER ON *.* TO `o`@`%`")]
    [InlineData("9.7.4", null, "GRANT EVENT, SUPER ON *.* TO `o`@`%`")]
    [InlineData("9.7.4", "EVENT", "GRANT SUPER ON *.* TO `o`@`%`")]
    [InlineData("5.7.42", "SUPER", "GRANT EVENT ON *.* TO 'o'@'%'")]
    [InlineData("10.11.18-MariaDB", "EVENT, SET USER", Maria)]
    [InlineData("10.11.18-MariaDB", "SET USER", "GRANT EVENT, SUPER ON *.* TO `o`@`%`")]
    [InlineData("10.6.5-MariaDB", null, "GRANT EVENT, SUPER ON *.* TO `o`@`%`")]
    public void What_scheduled_events_need_is_told_apart(string version, string? missing, params string[] grants) =>
        Assert.Equal(missing, GrantMapping.Missing(Of(grants), Features(version), isSemiSync: false)!.ForEvents);

    [Fact]
    public void What_was_not_told_is_not_missing() =>
        Assert.Null(GrantMapping.Missing(QueryResult.Empty, Features("9.7.4"), isSemiSync: true));

    [Theory]
    [InlineData("9.7.4", "GRANT SELECT (`Host`, `User`, `account_locked`) ON `mysql`.`user` TO `o`@`%`", true)]
    [InlineData("9.7.4", "GRANT SELECT (`User`) ON `mysql`.`user` TO `o`@`%`", false)]
    [InlineData("10.11.18-MariaDB", "GRANT SELECT (`User`) ON `mysql`.`user` TO `o`@`%`", true)]
    [InlineData("9.7.4", "GRANT SELECT ON `mysql`.* TO `o`@`%`", true)]
    [InlineData("9.7.4", "GRANT SELECT ON *.* TO `o`@`%`", true)]
    [InlineData("9.7.4", "GRANT SELECT ON `app`.* TO `o`@`%`", false)]
    [InlineData("9.7.4", MySql, false)]
    public void Accounts_are_looked_up_where_that_is_granted(string version, string grant, bool may) =>
        Assert.Equal(may, GrantMapping.MayReadAccounts(Of(grant), Features(version)));

    /// <summary>A question that is refused would make the server one that was seen in part.</summary>
    [Theory]
    [InlineData("mysql-9.7", "SELECT (User, account_locked)")]
    [InlineData("mariadb-10.11", "SELECT (User)")]
    public async Task A_server_tells_its_privileges_and_where_it_may_its_accounts(string kind, string grant)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var server = fleet.Servers.Primary;
        var first = await fleet.SeeAsync(server);
        Assert.Equal((MissingPrivileges.None, null), (first.Missing, first.ReplicationAccount));

        await server.ExecuteAsync($"GRANT {grant} ON mysql.user TO orchestrator");
        await UntilAsync(new ReplicationAccount("repl", Exists: true, IsLocked: false));
        // A command looks once.
        await using var fresh = new MySqlServers(Fleets.Options);
        var once = await fresh.Probe.ProbeAsync(Fleets.Key(server), Fleets.Second * 5, default);
        Assert.Equal(new ReplicationAccount("repl", Exists: true, IsLocked: false), once.Sighted?.ReplicationAccount);
        await server.ExecuteAsync("DROP USER repl; REVOKE RELOAD ON *.* FROM orchestrator");
        await UntilAsync(new ReplicationAccount("repl", Exists: false, IsLocked: false));
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(server)).Missing == new MissingPrivileges("", "RELOAD"), "a privilege is missed");
        await server.ExecuteAsync($"REVOKE {grant} ON mysql.user FROM orchestrator");
        await UntilAsync(null);

        Task UntilAsync(ReplicationAccount? account) => Fleets.UntilAsync(
            async () => (await fleet.SeeAsync(server)).ReplicationAccount == account, $"{account} is told");
    }

    private static QueryResult Of(params string[] grants) =>
        QueryResult.Of(["Grants for o@%"], [.. grants.Select(g => new object?[] { g })]);

    private static ServerFeatures Features(string version) => ServerFeatures.Of(ServerVersion.Parse(version));
}
