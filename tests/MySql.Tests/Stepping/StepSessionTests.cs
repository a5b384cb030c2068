using System.Net;
using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.MySql.Tests.Probing;

namespace OrchestratorFunctions.MySql.Tests.Stepping;

public sealed class StepSessionTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_process_that_was_stopped_while_it_took_a_session_sends_nothing_when_its_lease_may_have_run_out()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        var (time, opened) = (new PausedTime(), 0);
        await using var room = Stopped(time, () =>
        {
            if (++opened == 2) time.Pause(Minute);
        });
        var key = new InstanceKey("localhost", fleet.Servers.Primary.Port);
        var step = new PlannedStep(new SetReadOnly(key), Tolerance.Must, 10 * Minute, "test");
        var result = await room.Steps.RunAsync(step, Unseen(key), new StepTerms(time.Now + (Minute / 10)), default);
        Assert.Equal(StepState.Failed, result.State);
        Assert.Contains("the lease may have run out", result.Says, StringComparison.Ordinal);
        Assert.Equal(2, opened);
        Assert.False((await fleet.SeeAsync(fleet.Servers.Primary)).ReadOnly);
    }

    [Fact]
    public async Task What_was_seen_before_a_process_was_stopped_is_looked_at_again_before_anything_is_sent()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        var (time, opened) = (new PausedTime(), 0);
        await using var room = Stopped(time, () =>
        {
            if (++opened != 2) return;
            fleet.Servers.Primary.ExecuteAsync("SET GLOBAL super_read_only=ON").GetAwaiter().GetResult();
            time.Pause(Minute);
        });
        var key = new InstanceKey("localhost", fleet.Servers.Primary.Port);
        var step = new PlannedStep(new SetReadOnly(key), Tolerance.Must, 10 * Minute, "test");
        Assert.Equal(StepState.AlreadyTrue, (await room.Steps.RunAsync(step, Unseen(key), StepTerms.Always, default)).State);
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_server_is_not_opened_by_a_statement_that_reaches_it_late(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var server = fleet.Servers.Primary;
        await server.ExecuteAsync("SET GLOBAL read_only=ON");
        using var relay = new Relay(IPAddress.Parse("127.0.0.66"), server.Port, server.Port);
        var key = new InstanceKey("127.0.0.66", server.Port);
        await using var room = new MySqlServers(Fleets.Options with { SslMode = MySqlSslMode.None });
        relay.HoldFrom("read_only=IF(@in_time");
        var result = await room.Steps.RunAsync(Planned(new SetWritable(key), 1), Unseen(key), StepTerms.Always, default);
        Assert.Equal((StepState.TimedOut, true), (result.State, result.MayTakeEffect));
        relay.Release();
        // Each session was given up by the step, so it is closed when its statement has been answered.
        await Fleets.UntilAsync(async () => await ActingSessionsAsync(server) == 0, "what was held has arrived");
        Assert.True(await server.ScalarAsync<bool>("SELECT @@GLOBAL.read_only"));
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_statement_whose_time_is_over_is_ended_on_a_server_that_takes_no_more_connections(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        await using var held = await HoldUpReadOnlyAsync(server);
        await fleet.Room.Sessions.WarmAsync(key, default);
        var topology = await fleet.TopologyAsync();
        await using var full = await Full.OfAsync(server);
        var result = await fleet.RunAsync(new SetReadOnly(key), 1, topology);
        Assert.Equal((StepState.TimedOut, false), (result.State, result.MayTakeEffect));
        Assert.Equal(0, await full.WaitingAsync());
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_statement_that_could_not_be_ended_is_said_and_is_taken_back_by_opening_the_server(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        await using var held = await HoldUpReadOnlyAsync(server);
        await using var room = new MySqlServers(Fleets.Options);
        await room.Sessions.WarmAsync(key, default);
        var topology = await fleet.TopologyAsync();
        await using (var full = await Full.OfAsync(server))
        {
            // Without a look of its own there is no session besides the one that waits.
            var terms = StepTerms.Always with { SeenAt = TimeProvider.System.GetElapsedTime(0), FreshFor = Minute };
            var result = await room.Steps.RunAsync(Planned(new SetReadOnly(key), 1), topology, terms, default);
            Assert.Equal((StepState.TimedOut, true), (result.State, result.MayTakeEffect));
            Assert.Contains("the statement may still take effect", result.Says, StringComparison.Ordinal);
            Assert.Contains("error 10", result.Says, StringComparison.Ordinal);
            Assert.Equal(1, await full.WaitingAsync());
        }
        var opening = await fleet.RunAsync(new SetWritable(key), 5, topology);
        Assert.True(opening.IsSuccess, opening.Says);
        await server.ExecuteAsync($"KILL {held.ServerThread}");
        await fleet.UntilRunsAsync(server, "INSERT", 0);
        await fleet.UntilRunsAsync(server, "SET GLOBAL", 0);
        Assert.False(await server.ScalarAsync<bool>("SELECT @@GLOBAL.read_only"));
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task Long_before_a_server_is_opened_idle_sessions_of_others_end_and_what_waits_to_close_it_stays(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        await using var held = await HoldUpReadOnlyAsync(server);
        await using MySqlServers idle = new(Fleets.Options), closing = new(Fleets.Options);
        await idle.Sessions.WarmAsync(key, default);
        var fate = closing.Steps.RunAsync(Planned(new SetReadOnly(key), 60), await fleet.TopologyAsync(), StepTerms.Always, default);
        await fleet.UntilRunsAsync(server, "SET GLOBAL", 1);
        await fleet.Room.Steps.PractiseAsync(key, Minute, default);
        Assert.Equal(3, await ActingSessionsAsync(server));
        await fleet.Room.Steps.PractiseAsync(key, Minute, default, isToBeOpened: true);
        Assert.Equal(2, await ActingSessionsAsync(server));
        Assert.False(fate.IsCompleted);
        await server.ExecuteAsync($"KILL {held.ServerThread}");
        Assert.Equal(StepState.Done, (await fate).State);
    }

    private static MySqlServers Stopped(TimeProvider time, Action opening) => new(Fleets.Options, (_, _) =>
    {
        opening();
        return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
    }, time);

    private static Topology Unseen(InstanceKey key) =>
        new(new ClusterId("test"), DateTimeOffset.UnixEpoch, [new Member { Key = key, Outcome = new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "not looked at") }]);

    private static PlannedStep Planned(PlanStep step, double seconds) => new(step, Tolerance.Must, TimeSpan.FromSeconds(seconds), "test");

    private static Task<long> ActingSessionsAsync(Fleet.FleetServer server) => server.ScalarAsync<long>(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE user='orchestrator' AND db='information_schema'");

    // Becoming read-only waits for a statement that writes.
    private static async Task<MySqlConnection> HoldUpReadOnlyAsync(Fleet.FleetServer server)
    {
        await server.ExecuteAsync("CREATE TABLE app.t(id INT)");
        var writer = await server.OpenAsync("app");
        _ = new MySqlCommand("INSERT INTO app.t SELECT SLEEP(60)", writer).ExecuteNonQueryAsync().ContinueWith(_ => { }, TaskScheduler.Default);
        await Fleets.UntilAsync(async () => await server.ScalarAsync<long>("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'INSERT%'") == 1, "it writes");
        return writer;
    }

    /// <summary>Connections that take all a server has, the one kept for administrators too.</summary>
    private sealed class Full : IAsyncDisposable
    {
        private readonly List<MySqlConnection> taken = [];

        public static async Task<Full> OfAsync(Fleet.FleetServer server)
        {
            var full = new Full();
            full.taken.Add(await server.OpenAsync());
            await full.RunAsync<object>("SET GLOBAL max_connections=20");
            try
            {
                while (full.taken.Count < 100) full.taken.Add(await server.OpenAsync());
            }
            catch (MySqlException e) when ((int)e.ErrorCode == 1040)
            {
                return full;
            }
            throw new InvalidOperationException("it takes as many as anybody wants");
        }

        public async Task<long> WaitingAsync() => Convert.ToInt64(await RunAsync<object>(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SET GLOBAL%'"), System.Globalization.CultureInfo.InvariantCulture);

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in taken) await connection.DisposeAsync();
        }

        private async Task<T?> RunAsync<T>(string sql)
        {
            await using var command = new MySqlCommand(sql, taken[0]);
            return (T?)await command.ExecuteScalarAsync();
        }
    }
}
