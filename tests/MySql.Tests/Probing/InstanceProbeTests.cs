using System.Diagnostics;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.MySql.Tests.Probing;

public sealed class InstanceProbeTests
{
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_primary_and_its_replica_are_seen_with_the_least_privileges(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, semiSync: true);
        var (primary, replica) = (await fleet.SeeAsync(fleet.Servers.Primary), await fleet.SeeAsync(fleet.Servers.Replicas[0]));

        Assert.False(primary.ReadOnly);
        Assert.Empty(primary.Links);
        Assert.True(primary.LogsReplicaUpdates);
        Assert.Equal("ROW", primary.BinaryLog.Format);
        Assert.NotNull(primary.BinaryLog.Position);
        Assert.True(primary.Gtid.Enabled);
        Assert.False(primary.Gtid.Executed.IsEmpty);
        Assert.Contains(replica.Key, primary.ReportedReplicas);
        Assert.True(primary.SemiSync is { Available: true, SourceEnabled: true, SourceActive: true, WaitForReplicas: 1, Clients: 1 });
        Assert.True(primary.UptimeSeconds >= 0);
        Assert.Equal(kind.StartsWith("mariadb", StringComparison.Ordinal) ? null : fleet.Servers.Primary.ServerUuid, primary.ServerUuid);

        var link = Assert.Single(replica.Links);
        Assert.Equal(primary.Key, link.Source);
        Assert.True(link.IsReplicating && link.AutoPosition);
        Assert.Equal(primary.ServerUuid, link.SourceUuid);
        Assert.Equal(TimeSpan.FromSeconds(1), link.HeartbeatInterval);
        Assert.True(replica.ReadOnly);
        Assert.True(replica.SemiSync is { ReplicaEnabled: true, ReplicaActive: true });
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(fleet.Servers.Replicas[0])).Link!.SilentFor is { TotalSeconds: >= 0 and < 3 }, "heard of the source");
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_hung_source_shows_as_silence_on_its_replica(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind);
        await fleet.SeeAsync(fleet.Servers.Replicas[0]);
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(fleet.Servers.Replicas[0])).Link!.SilentFor is not null, "heard of the source");
        fleet.Servers.Primary.Stop();
        try
        {
            await Fleets.UntilAsync(async () => (await fleet.SeeAsync(fleet.Servers.Replicas[0])).Link!.SilentFor > TimeSpan.FromSeconds(2), "silence");
        }
        finally
        {
            fleet.Servers.Primary.Continue();
        }
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(fleet.Servers.Replicas[0])).Link!.SilentFor < TimeSpan.FromSeconds(2), "heard again");
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task Killed_is_refused_and_restarted_is_seen_again_at_the_first_look(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var server = fleet.Servers.Primary;
        await fleet.SeeAsync(server);
        server.Kill();
        Assert.Equal(ProbeFailureKind.Refused, (await fleet.FailAsync(server, Fleets.Second)).Kind);
        await server.RestartAsync();
        await fleet.SeeAsync(server);
        // A session that was open before the restart breaks; the answer is that of a fresh one.
        server.Kill();
        await server.RestartAsync();
        await fleet.SeeAsync(server);
    }

    [Fact]
    public async Task The_session_it_is_seen_on_proves_that_a_server_has_not_restarted()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        var server = fleet.Servers.Primary;
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(server)).SessionAge > Fleets.Second, "one session");

        server.Kill();
        var since = Stopwatch.StartNew();
        await server.RestartAsync();
        Assert.True((await fleet.SeeAsync(server)).SessionAge < since.Elapsed);
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task Hung_times_out_in_time_on_open_and_fresh_sessions_and_is_seen_when_it_goes_on(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var server = fleet.Servers.Primary;
        await fleet.SeeAsync(server);
        server.Stop();
        try
        {
            foreach (var milliseconds in new[] { 300, 300, 1000 })
            {
                var clock = Stopwatch.StartNew();
                var failed = await fleet.FailAsync(server, TimeSpan.FromMilliseconds(milliseconds));
                Assert.Equal(ProbeFailureKind.TimedOut, failed.Kind);
                // It hangs for as long as nobody lets it go on.
                Assert.InRange(clock.ElapsedMilliseconds, milliseconds - 20, milliseconds + 5000);
            }
            // Many at once neither exhaust anything nor outlast their time.
            var many = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => fleet.FailAsync(server, Fleets.Second)));
            Assert.InRange(many.ElapsedMilliseconds, 900, 20_000);
        }
        finally
        {
            server.Continue();
        }
        await fleet.SeeAsync(server);
        await Fleets.UntilAsync(async () => await server.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.processlist WHERE user='orchestrator'") <= 1, "nothing is left open", 5);
    }

    [Fact]
    public async Task A_wrong_password_is_a_refusal_and_shows_life()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        await using var room = new MySqlServers(Fleets.Options with { Password = "secret-but-wrong" });
        var outcome = await room.Probe.ProbeAsync(Fleets.Key(fleet.Servers.Primary), Fleets.Second, default);
        var failed = Assert.IsType<ProbeOutcome.Failed>(outcome);
        Assert.Equal((ProbeFailureKind.AuthenticationDenied, 1045), (failed.Kind, failed.ErrorCode));
        Assert.True(failed.ShowsLife);
        Assert.DoesNotContain("secret", failed.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_account_may_not_ask_is_named_and_the_rest_is_seen()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        await fleet.Servers.Primary.ExecuteAsync("CREATE USER poor@'%' IDENTIFIED BY 'poor'");
        await using var room = new MySqlServers(Fleets.Options with { User = "poor", Password = "poor" });
        for (var i = 0; i < 3; i++)
        {
            var partly = Assert.IsType<ProbeOutcome.Partly>(await room.Probe.ProbeAsync(Fleets.Key(fleet.Servers.Primary), Fleets.Second, default));
            Assert.Equal(fleet.Servers.Primary.ServerUuid, partly.Instance.ServerUuid);
            Assert.False(partly.Instance.KnowsLinks);
            Assert.Contains(partly.Missing, m => m.Contains("SHOW REPLICA STATUS: error 1227", StringComparison.Ordinal) || m.Contains("(SHOW REPLICA STATUS)", StringComparison.Ordinal));
        }
    }

    /// <summary>A watch and a recovery look at a new primary at once, and the account may open one session there.</summary>
    [Fact]
    public async Task Looks_at_once_share_the_one_session_that_the_account_may_open()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        await fleet.Servers.Primary.ExecuteAsync("CREATE USER few@'%' IDENTIFIED BY 'few' WITH MAX_USER_CONNECTIONS 1; GRANT ALL ON *.* TO few@'%'");
        await using var room = new MySqlServers(Fleets.Options with { User = "few", Password = "few" });
        var key = Fleets.Key(fleet.Servers.Primary);
        Assert.NotNull((await room.Probe.ProbeAsync(key, Fleets.Second, default)).Sighted);
        for (var turn = 0; turn < 10; turn++)
        {
            var both = await Task.WhenAll(room.Probe.ProbeAsync(key, Fleets.Second, default), room.Probe.ProbeAsync(key, Fleets.Second, default));
            Assert.All(both, outcome => Assert.True(outcome.Sighted is not null, (outcome as ProbeOutcome.Failed)?.Says));
        }
    }

    [Fact]
    public async Task A_server_with_gtids_off_is_seen()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        var server = fleet.Servers.Primary;
        await server.ExecuteAsync("SET GLOBAL gtid_mode=ON_PERMISSIVE; SET GLOBAL gtid_mode=OFF_PERMISSIVE; SET GLOBAL gtid_mode=OFF");
        var instance = await fleet.SeeAsync(server);
        Assert.False(instance.Gtid.Enabled);
    }

    [Fact]
    public async Task A_location_is_asked_where_configured()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        await using var room = new MySqlServers(Fleets.Options with { DataCenterQuery = "SELECT 'dc1'", RegionQuery = "SELECT nothing FROM nowhere.at_all" });
        var partly = Assert.IsType<ProbeOutcome.Partly>(await room.Probe.ProbeAsync(Fleets.Key(fleet.Servers.Primary), Fleets.Second, default));
        Assert.Equal("dc1", partly.Instance.Location.DataCenter);
        Assert.Equal(InstanceParts.Place, partly.Instance.Stale);
        Assert.Contains(partly.Missing, m => m.StartsWith("region (MySql:RegionQuery): error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Probes_of_one_server_may_overlap()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fleet.Room.Probe.ProbeAsync(Fleets.Key(fleet.Servers.Primary), TimeSpan.FromSeconds(5), default)));
        Assert.All(outcomes, o => Assert.IsType<ProbeOutcome.Seen>(o));
    }

    [Fact]
    public async Task A_replica_of_two_sources_is_seen()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var replica = fleet.Servers.Replicas[0];
        await replica.ExecuteAsync("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=1, SOURCE_AUTO_POSITION=1 FOR CHANNEL 'b'");
        Assert.Equal(["", "b"], (await fleet.SeeAsync(replica)).Links.Select(l => l.Channel).Order());
    }
}
