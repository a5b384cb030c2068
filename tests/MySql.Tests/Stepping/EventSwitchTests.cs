using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.MySql.Tests.Stepping;

/// <summary>What real servers do with scheduled events (decision 0033).</summary>
public sealed class EventSwitchTests
{
    private const string Nightly = "`app`.`nightly`", Own = "`app`.`own`";

    private const string StartScheduler = "SET GLOBAL event_scheduler=ON";

    [Theory]
    [InlineData("mysql-9.7", "REPLICA_SIDE_DISABLED")]
    [InlineData("mariadb-10.11", "SLAVESIDE_DISABLED")]
    public async Task Enabled_on_a_new_primary_an_event_is_what_it_was_and_its_replicas_leave_it_to_it(
        string kind, string leftToSource)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 2);
        var (old, successor, sibling) = (fleet.Servers.Primary, fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        var key = Fleets.Key(successor);
        await old.ExecuteAsync(
            "SET sql_mode='ANSI_QUOTES', time_zone='+05:00', character_set_client=latin1, collation_connection=latin1_bin; "
            + "CREATE DEFINER=app@'%' EVENT app.nightly ON SCHEDULE EVERY 1 DAY STARTS '2020-01-01 03:00:00' COMMENT 'c' DO SET @x='größe'; "
            + "CREATE DEFINER=app@'%' EVENT app.idle ON SCHEDULE EVERY 1 DAY DISABLE DO DO 1");
        foreach (var replica in fleet.Servers.Replicas)
            await Fleets.UntilAsync(async () => await StatusAsync(replica, "idle") == leftToSource, "it is replicated");
        var before = await RowAsync(successor);
        await PromoteAsync(fleet, key);
        await fleet.RunAsync(new PointTo(Fleets.Key(sibling), key));
        await fleet.RunAsync(new SetReadOnly(Fleets.Key(old)));
        await fleet.RunAsync(new PointTo(Fleets.Key(old), key));
        await old.ExecuteAsync(StartScheduler);

        await fleet.RunTwiceAsync(new SetEvents(key, EventNames.Of([Nightly]), EventState.Enabled), successor);
        await fleet.RunTwiceAsync(new SetEvents(key, EventNames.Of(["`app`.`idle`"]), EventState.Disabled), successor);

        Assert.Equal(("ENABLED", "DISABLED"), (await StatusAsync(successor, "nightly"), await StatusAsync(successor, "idle")));
        Assert.Equal(before, await RowAsync(successor));
        foreach (var replica in new[] { old, sibling })
            await Fleets.UntilAsync(async () => (await StatusAsync(replica, "nightly"), await StatusAsync(replica, "idle")) == (leftToSource, leftToSource),
                $"{replica} leaves both to its source");
    }

    [Theory]
    [InlineData("mysql-9.7", "SET_ANY_DEFINER")]
    [InlineData("mariadb-10.11", "SET USER")]
    public async Task One_that_our_account_may_not_change_is_named_with_its_statement_and_the_others_are_changed(string kind, string privilege)
    {
        await using var fleet = await Fleets.StartAsync(kind);
        var (old, successor) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        var key = Fleets.Key(successor);
        await old.ExecuteAsync("CREATE DEFINER=app@'%' EVENT app.nightly ON SCHEDULE EVERY 1 DAY DO DO 1; "
            + "CREATE DEFINER=orchestrator@'%' EVENT app.own ON SCHEDULE EVERY 1 DAY DO DO 1; "
            + $"REVOKE {privilege} ON *.* FROM orchestrator");
        await Fleets.UntilAsync(async () => await successor.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.events") == 2, "both are there");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(successor)).Missing?.ForEvents == privilege, "the privilege is missed");
        await PromoteAsync(fleet, key);

        var result = await fleet.RunAsync(new SetEvents(key, EventNames.Of([Nightly, Own]), EventState.Enabled));

        Assert.False(result.IsSuccess);
        Assert.Contains($"ALTER DEFINER=`app`@`%` EVENT {Nightly} ENABLE: error 1227", result.Says, StringComparison.Ordinal);
        Assert.DoesNotContain(Own, result.Says, StringComparison.Ordinal);
        Assert.Equal("ENABLED", await StatusAsync(successor, "own"));
    }

    /// <summary>MariaDB needs SUPER for it, which our account has not.</summary>
    [Theory]
    [InlineData("mysql-9.7", true)]
    [InlineData("mariadb-10.11", false)]
    public async Task The_scheduler_is_switched_on_where_our_account_may(string kind, bool may)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        await server.ExecuteAsync("SET GLOBAL event_scheduler=OFF; CREATE DEFINER=app@'%' EVENT app.nightly ON SCHEDULE EVERY 1 DAY DISABLE ON SLAVE DO DO 1");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(server)).Events?.ReplicaSide.Count == 1, "it is seen");
        var result = await fleet.RunAsync(new SetEvents(key, EventNames.Of([Nightly]), EventState.Enabled) { StartsScheduler = true });
        Assert.Equal(may, result.IsSuccess);
        if (!may) Assert.Contains("SET GLOBAL event_scheduler=ON: error 1227", result.Says, StringComparison.Ordinal);
        Assert.Equal("ENABLED", await StatusAsync(server, "nightly"));
        Assert.Equal(may ? "ON" : "OFF", await server.ScalarAsync<string>("SELECT @@GLOBAL.event_scheduler"));
    }

    /// <summary>Disabling an event does not end a run of it, and on MariaDB read_only does not either where its definer may write.</summary>
    [Theory]
    [InlineData(1.5, true)]
    [InlineData(60, false)]
    public async Task On_MariaDB_a_run_that_goes_on_is_waited_for_and_named(double seconds, bool ends)
    {
        await using var fleet = await Fleets.StartAsync("mariadb-10.11", replicas: 0);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        await server.ExecuteAsync($"{StartScheduler}; CREATE TABLE app.runs(id INT AUTO_INCREMENT PRIMARY KEY); "
            + FormattableString.Invariant($"CREATE EVENT app.nightly ON SCHEDULE EVERY 1 HOUR DO BEGIN DO SLEEP({seconds}); INSERT INTO app.runs VALUES (); END"));
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(server)).Events?.Running.Count == 1, "it is seen");
        await fleet.UntilRunsAsync(server, "DO SLEEP", 1);

        var result = await fleet.RunAsync(new SetEvents(key, EventNames.Of([Nightly]), EventState.ReplicaSide), seconds: 4);

        Assert.Equal("SLAVESIDE_DISABLED", await StatusAsync(server, "nightly"));
        Assert.Equal(ends, result.IsSuccess);
        if (ends) Assert.Equal(1L, await server.ScalarAsync<long>("SELECT COUNT(*) FROM app.runs"));
        else Assert.Contains("wait for it, or KILL", result.Says, StringComparison.Ordinal);
    }

    private static async Task PromoteAsync(Fleets fleet, InstanceKey key)
    {
        await fleet.RunAsync(new ForgetSource(key));
        await fleet.RunAsync(new SetWritable(key));
    }

    private static Task<string?> StatusAsync(FleetServer server, string name) =>
        server.ScalarAsync<string>($"SELECT STATUS FROM information_schema.events WHERE EVENT_NAME='{name}'");

    // All but what is to change, and who changed it when.
    private static async Task<string> RowAsync(FleetServer server)
    {
        var row = Assert.Single(await server.QueryAsync("SELECT * FROM information_schema.events WHERE EVENT_NAME='nightly'"));
        string[] changing = ["STATUS", "LAST_ALTERED", "ORIGINATOR"];
        return string.Join("\n", row.Where(c => !changing.Contains(c.Key.ToUpperInvariant())).Select(c => $"{c.Key}={c.Value}"));
    }
}
