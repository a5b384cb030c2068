using System.Diagnostics;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.MySql.Tests.Stepping;

public sealed class StepRunnerTests
{
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_replica_is_stopped_promoted_and_followed_step_by_step(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 2, semiSync: true);
        var (old, successor, sibling) = (fleet.Servers.Primary, fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        var (oldKey, newKey, siblingKey) = (Fleets.Key(old), Fleets.Key(successor), Fleets.Key(sibling));

        await fleet.RunTwiceAsync(new StopReceiving(newKey), successor);
        await fleet.RunTwiceAsync(new StartReplication(newKey), successor);
        await fleet.RunTwiceAsync(new SetReadOnly(oldKey), old);
        await fleet.RunTwiceAsync(new StopReceiving(newKey), successor);
        await fleet.RunTwiceAsync(new ForgetSource(newKey), successor);
        await fleet.RunTwiceAsync(new SetSemiSync(newKey, AsSource: true, AsReplica: false, WaitForReplicas: 1, TimeoutMilliseconds: 12345), successor);
        await fleet.RunTwiceAsync(new PointTo(siblingKey, newKey), sibling);
        await fleet.RunTwiceAsync(new SetWritable(newKey), successor);
        await fleet.RunTwiceAsync(new SetSemiSync(oldKey, AsSource: false, AsReplica: true), old);
        await fleet.RunTwiceAsync(new PointTo(oldKey, newKey), old);

        await successor.ExecuteAsync("CREATE TABLE app.after_promotion(id INT PRIMARY KEY)");
        var position = (await fleet.SeeAsync(successor)).Gtid.Executed;
        foreach (var key in new[] { oldKey, siblingKey })
            Assert.True((await fleet.RunAsync(new WaitUntilApplied(key, position))).IsSuccess);
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(successor)).SemiSync is { SourceActive: true, Clients: 2 }, "both acknowledge");
        Assert.Equal(12345, (await fleet.SeeAsync(successor)).SemiSync.TimeoutMilliseconds);
        Assert.True((await fleet.SeeAsync(old)).Link is { IsReplicating: true, HeartbeatInterval.TotalSeconds: 1 });
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_freeze_is_undone_without_starting_an_applier_that_a_person_had_stopped(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind);
        var (replica, key) = (fleet.Servers.Replicas[0], Fleets.Key(fleet.Servers.Replicas[0]));
        await replica.ExecuteAsync(kind.StartsWith("mariadb", StringComparison.Ordinal) ? "STOP SLAVE SQL_THREAD" : "STOP REPLICA SQL_THREAD");
        await fleet.RunTwiceAsync(new StopReceiving(key), replica);
        await fleet.RunTwiceAsync(new StartReplication(key) { Threads = ReplicationThreads.Receiver }, replica);
        Assert.Equal(ReplicationThread.Stopped, (await fleet.SeeAsync(replica)).Link!.Applier);
        await fleet.RunTwiceAsync(new StartReplication(key) { Threads = ReplicationThreads.Applier }, replica);
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link!.IsReplicating, "it replicates");
    }

    /// <summary>Stopped the other way round, MariaDB would have forgotten what it had not applied, and the source is gone.</summary>
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task What_was_received_is_applied_when_the_applier_is_started_before_the_receiver_is_stopped(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        var key = Fleets.Key(replica);
        await replica.ExecuteAsync(kind.StartsWith("mariadb", StringComparison.Ordinal) ? "STOP SLAVE SQL_THREAD" : "STOP REPLICA SQL_THREAD");
        await primary.ExecuteAsync("CREATE TABLE app.received(id INT PRIMARY KEY)");
        var position = (await fleet.SeeAsync(primary)).Gtid.Executed;
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Links[0].Received?.Contains(position is MariaDbGtidSet set ? set.LatestPerDomain() : position) == true, "it is received");
        primary.Kill();
        await fleet.RunTwiceAsync(new StartReplication(key) { Threads = ReplicationThreads.Applier }, replica);
        await fleet.RunTwiceAsync(new StopReceiving(key), replica);
        Assert.True((await fleet.RunAsync(WaitUntilApplied.For(key, position))).IsSuccess);
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task Pointing_elsewhere_keeps_everything_but_the_address(string kind)
    {
        var isMariaDb = kind.StartsWith("mariadb", StringComparison.Ordinal);
        await using var fleet = await Fleets.StartAsync(kind, replicas: 2);
        var replica = fleet.Servers.Replicas[1];
        await replica.ExecuteAsync(isMariaDb
            ? "STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=7, MASTER_HEARTBEAT_PERIOD=2.5, MASTER_CONNECT_RETRY=3; SET GLOBAL replicate_ignore_db='x'; START SLAVE"
            : "STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_DELAY=7, SOURCE_HEARTBEAT_PERIOD=2.5, SOURCE_RETRY_COUNT=777, SOURCE_CONNECT_RETRY=3, " +
                "SOURCE_BIND='127.0.0.1', SOURCE_SSL=1; CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB=(x); START REPLICA");
        var before = await RowAsync();
        await fleet.RunTwiceAsync(new PointTo(Fleets.Key(replica), Fleets.Key(fleet.Servers.Replicas[0])), replica);
        var after = await RowAsync();
        foreach (var column in before.Keys.Where(IsKept)) Assert.True(Equals(before[column], after[column]), $"{column}: {before[column]} became {after[column]}");
        var link = (await fleet.SeeAsync(replica)).Link!;
        Assert.Equal((7, 2.5, true), (link.DelaySeconds, link.HeartbeatInterval!.Value.TotalSeconds, link.HasFilters));
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link!.IsReplicating, "it replicates");
        Assert.True((await fleet.SeeAsync(replica)).Link!.SilentFor is null or { TotalSeconds: < 3 });

        async Task<Dictionary<string, object?>> RowAsync() => (await replica.QueryAsync(isMariaDb ? "SHOW ALL SLAVES STATUS" : "SHOW REPLICA STATUS"))[0];
        bool IsKept(string column) => column.Contains("User", StringComparison.Ordinal) || column.Contains("SSL", StringComparison.Ordinal) || column.StartsWith("Replicate_", StringComparison.Ordinal)
            || column is "Connect_Retry" or "Source_Retry_Count" or "Source_Bind" or "SQL_Delay" or "Channel_Name" or "Get_Source_public_key" or "Slave_heartbeat_period" or "Using_Gtid";
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_wait_ends_in_time_with_the_applier_started(string kind)
    {
        var isMariaDb = kind.StartsWith("mariadb", StringComparison.Ordinal);
        await using var fleet = await Fleets.StartAsync(kind);
        var replica = fleet.Servers.Replicas[0];
        var never = isMariaDb ? (GtidPosition)MariaDbGtidSet.Parse("0-99-9999") : GtidSet.Parse("00000099-0000-0000-0000-000000000099:1");
        var clock = Stopwatch.StartNew();
        Assert.Equal(StepState.TimedOut, (await fleet.RunAsync(new WaitUntilApplied(Fleets.Key(replica), never), 1.5)).State);
        // It is waited for as long as nobody ends it.
        Assert.InRange(clock.ElapsedMilliseconds, 1200, 20_000);

        await replica.ExecuteAsync(isMariaDb ? "STOP SLAVE SQL_THREAD" : "STOP REPLICA SQL_THREAD");
        await fleet.Servers.Primary.ExecuteAsync("CREATE TABLE app.waited_for(id INT PRIMARY KEY)");
        var position = (await fleet.SeeAsync(fleet.Servers.Primary)).Gtid.Executed;
        Assert.Equal(StepState.Done, (await fleet.RunAsync(new WaitUntilApplied(Fleets.Key(replica), position))).State);
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_receiver_is_waited_for_and_says_why_it_cannot_connect(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 2);
        var (replica, source) = (fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        var wait = new WaitUntilReceiving(Fleets.Key(replica), Fleets.Key(source));
        Assert.Equal(StepState.TimedOut, (await fleet.RunAsync(wait, 0.5)).State);
        Assert.True((await fleet.RunAsync(new PointTo(Fleets.Key(replica), Fleets.Key(source)))).IsSuccess);
        Assert.True((await fleet.RunAsync(wait)).IsSuccess);

        source.Kill();
        Assert.True((await fleet.RunAsync(new PointTo(Fleets.Key(replica), Fleets.Key(fleet.Servers.Primary)))).IsSuccess);
        Assert.True((await fleet.RunAsync(new PointTo(Fleets.Key(replica), Fleets.Key(source)))).IsSuccess);
        var result = await fleet.RunAsync(wait);
        Assert.Equal(StepState.Failed, result.State);
        Assert.Contains("error 2003", result.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_fails_when_the_applier_stops_with_an_error()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var replica = fleet.Servers.Replicas[0];
        await fleet.Servers.Primary.ExecuteAsync("CREATE TABLE app.t(id INT PRIMARY KEY)");
        await replica.ExecuteAsync("STOP REPLICA SQL_THREAD; SET GLOBAL super_read_only=OFF; SET SESSION sql_log_bin=0; CREATE TABLE IF NOT EXISTS app.t(id INT PRIMARY KEY); INSERT INTO app.t VALUES(1)");
        await fleet.Servers.Primary.ExecuteAsync("INSERT INTO app.t VALUES(1)");
        var position = (await fleet.SeeAsync(fleet.Servers.Primary)).Gtid.Executed;
        var result = await fleet.RunAsync(new WaitUntilApplied(Fleets.Key(replica), position), 20);
        Assert.Equal(StepState.Failed, result.State);
        Assert.Contains("the applier stopped with error", result.Says, StringComparison.Ordinal);
        Assert.True(result.Took < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Steps_on_servers_that_are_gone_or_hang_end_in_time()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var server = fleet.Servers.Replicas[0];
        var topology = await fleet.TopologyAsync();
        server.Stop();
        var clock = Stopwatch.StartNew();
        var silent = await fleet.RunAsync(new SetWritable(Fleets.Key(server)), 0.5, topology);
        Assert.Equal((StepState.TimedOut, false), (silent.State, silent.IsRefused));
        Assert.InRange(clock.ElapsedMilliseconds, 480, 20_000);
        server.Continue();
        server.Kill();
        var gone = await fleet.RunAsync(new SetWritable(Fleets.Key(server)), 5, topology);
        Assert.Equal((StepState.Failed, "nothing listens there", false), (gone.State, gone.Says, gone.IsRefused));
    }

    [Fact]
    public async Task A_refused_statement_names_its_error_and_no_secret()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        await fleet.Servers.Primary.ExecuteAsync("REVOKE SYSTEM_VARIABLES_ADMIN ON *.* FROM orchestrator@'%'");
        var result = await fleet.RunAsync(new SetReadOnly(Fleets.Key(fleet.Servers.Primary)));
        Assert.Equal(StepState.Failed, result.State);
        Assert.StartsWith("error 1227:", result.Says, StringComparison.Ordinal);
        Assert.True(result.IsRefused);
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_replication_account_with_quotes_works(string kind)
    {
        const string password = @"it's a \ ""quote""";
        await using var fleet = await Fleets.StartAsync(kind);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        var literal = password.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
        await primary.ExecuteAsync($"CREATE USER `re'pl`@'%' IDENTIFIED BY '{literal}'; GRANT REPLICATION SLAVE ON *.* TO `re'pl`@'%'");
        await fleet.RunTwiceAsync(new ForgetSource(Fleets.Key(replica)), replica);
        await using var room = new MySqlServers(Fleets.Options with { ReplicationUser = "re'pl", ReplicationPassword = password });
        var topology = await fleet.TopologyAsync();
        var step = new PointTo(Fleets.Key(replica), Fleets.Key(primary));
        Assert.DoesNotContain(room.Steps.Preview(step, topology), s => s.Contains("quote", StringComparison.Ordinal));
        Assert.Equal(StepState.Done, (await room.Steps.RunAsync(new PlannedStep(step, Tolerance.Must, TimeSpan.FromSeconds(5), ""), topology, OrchestratorFunctions.Core.Stepping.StepTerms.Always, default)).State);
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { IsReplicating: true }, "it replicates");
    }
}
