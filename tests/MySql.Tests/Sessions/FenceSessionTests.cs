using System.Net;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.MySql.Tests.Probing;

namespace OrchestratorFunctions.MySql.Tests.Sessions;

public sealed class FenceSessionTests
{
    [Theory]
    [InlineData("mysql-9.7", false)]
    [InlineData("mysql-9.7", true)]
    [InlineData("mariadb-10.11", false)]
    public async Task A_hung_server_is_fenced_the_moment_it_goes_on(string kind, bool semiSync)
    {
        await using var fleet = await Fleets.StartAsync(kind, semiSync: semiSync);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        using var stop = new CancellationTokenSource();
        var holding = fleet.Room.Sessions.HoldAsync(key, stop.Token);
        await fleet.UntilRunsAsync(server, "DO SLEEP", 1);
        var topology = await fleet.TopologyAsync();
        await server.ExecuteAsync("CREATE TABLE app.t(id INT AUTO_INCREMENT PRIMARY KEY)");
        server.Stop();
        var result = await fleet.RunAsync(new Fence(key), 0.15, topology);
        Assert.Equal(StepState.Queued, result.State);
        Assert.InRange(result.Took.TotalMilliseconds, 100, 400);
        Assert.Equal(StepState.Queued, (await fleet.RunAsync(new Fence(key), 0.15, topology)).State);
        server.Continue();
        await Fleets.UntilAsync(async () => new Fence(key).IsSatisfiedBy(await fleet.SeeAsync(server)), "fenced", 2);
        await Assert.ThrowsAsync<MySqlConnector.MySqlException>(async () =>
        {
            await using var app = await server.OpenAsync("app");
            await using var insert = new MySqlConnector.MySqlCommand("INSERT INTO app.t VALUES()", app);
            await insert.ExecuteNonQueryAsync();
        });
        if (!kind.StartsWith("mariadb", StringComparison.Ordinal))
            await Fleets.UntilAsync(async () => await server.ScalarAsync<long>("SELECT @@GLOBAL.offline_mode") == 0, "readers are let in again");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holding);
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_well_server_is_fenced_at_once_and_a_dead_one_cannot_be(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        var topology = await fleet.TopologyAsync();
        Assert.Equal(StepState.Done, (await fleet.RunAsync(new Fence(key), 1, topology)).State);
        Assert.True(new Fence(key).IsSatisfiedBy(await fleet.SeeAsync(server)));
        Assert.Equal(StepState.Done, (await fleet.RunAsync(new Fence(key), 1, topology)).State);
        Assert.Equal(StepState.Done, (await fleet.RunAsync(new SetWritable(key), 1, topology)).State);
        server.Kill();
        Assert.Equal((StepState.Failed, "nothing listens there"), (await fleet.RunAsync(new Fence(key), 0.15, topology)) is var gone ? (gone.State, gone.Says) : default);
    }

    [Fact]
    public async Task A_fence_does_without_offline_mode_where_the_account_may_not_set_it()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        await server.ExecuteAsync("REVOKE CONNECTION_ADMIN ON *.* FROM orchestrator@'%'");
        Assert.Equal(StepState.Done, (await fleet.RunAsync(new Fence(key), 1)).State);
        Assert.True(new Fence(key).IsSatisfiedBy(await fleet.SeeAsync(server)));
    }

    [Fact]
    public async Task A_fence_that_still_waits_is_taken_back_by_making_the_server_writable()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", semiSync: true);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        await server.ExecuteAsync("CREATE TABLE app.t(id INT AUTO_INCREMENT PRIMARY KEY)");
        await fleet.Servers.Replicas[0].ExecuteAsync("STOP REPLICA IO_THREAD");
        var write = server.ExecuteAsync("INSERT INTO app.t VALUES()");
        await fleet.UntilRunsAsync(server, "INSERT", 1);
        Assert.Equal(StepState.Queued, (await fleet.RunAsync(new Fence(key), 0.5)).State);
        Assert.Equal(1, await server.ScalarAsync<long>("SELECT @@GLOBAL.offline_mode"));
        Assert.True((await fleet.RunAsync(new SetWritable(key))).IsSuccess);
        Assert.Equal(StepState.Done, (await fleet.RunAsync(new StartReplication(Fleets.Key(fleet.Servers.Replicas[0])))).State);
        await write.WaitAsync(TimeSpan.FromSeconds(5));
        await fleet.UntilRunsAsync(server, "SET GLOBAL", 0);
        Assert.Equal(0, await server.ScalarAsync<long>("SELECT @@GLOBAL.offline_mode+@@GLOBAL.read_only+@@GLOBAL.super_read_only"));
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_fence_of_another_process_that_arrives_late_does_not_close_a_server_that_was_opened_meanwhile(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        using var relay = new Relay(IPAddress.Parse("127.0.0.66"), server.Port, server.Port);
        var far = new InstanceKey("127.0.0.66", server.Port);
        await using var other = new MySqlServers(Fleets.Options);
        using var stop = new CancellationTokenSource();
        var holding = other.Sessions.HoldAsync(far, stop.Token);
        await fleet.UntilRunsAsync(server, "DO SLEEP", 1);
        relay.Hold();
        Task<StepResult> FenceAsync(double seconds) => other.Steps.RunAsync(
            new PlannedStep(new Fence(far), Tolerance.BestEffort, TimeSpan.FromSeconds(seconds), "test"), Versions.Of(), StepTerms.Always, default);
        Assert.Equal(StepState.Queued, (await FenceAsync(0.2)).State);
        var fate = FenceAsync(10);

        Assert.True((await fleet.RunAsync(new SetWritable(key))).IsSuccess);
        relay.Release();
        Assert.Equal(StepState.Failed, (await fate).State);
        Assert.Equal(0, await server.ScalarAsync<long>("SELECT @@GLOBAL.read_only"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holding);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_former_primary_whose_commits_wait_for_nobody_becomes_read_only_without_acknowledging_them(bool mayCutOffEverybody)
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", semiSync: true);
        var (server, key) = (fleet.Servers.Primary, Fleets.Key(fleet.Servers.Primary));
        await server.ExecuteAsync("CREATE TABLE app.t(id INT AUTO_INCREMENT PRIMARY KEY)");
        if (mayCutOffEverybody) await server.ExecuteAsync("GRANT SYSTEM_USER ON *.* TO orchestrator@'%'");
        await fleet.Servers.Replicas[0].ExecuteAsync("STOP REPLICA IO_THREAD");
        // admin has SYSTEM_USER: offline_mode does not disconnect it, and only who has it too can.
        var writes = new[] { "app", "app", "admin" }.Select(WriteAsync).ToArray();
        await fleet.UntilRunsAsync(server, "INSERT", writes.Length);
        var topology = await fleet.TopologyAsync();
        var former = topology.With(Ledger.Empty.With(new LedgerEntry.FormerPrimary(key, "r1", topology.TakenAt)));
        Assert.Equal(StepState.TimedOut, (await fleet.RunAsync(new SetReadOnly(key), 0.8, topology)).State);
        await Fleets.UntilAsync(async () => !(await fleet.SeeAsync(server)).ReadOnly, "the step that timed out leaves nothing behind", 2);

        Assert.Equal(StepState.Queued, (await fleet.RunAsync(new Fence(key), 0.5, former)).State);
        var pending = await fleet.SeeAsync(server);
        Assert.True(pending is { ReadOnly: true, IsReadOnlyPending: true } && new Fence(key).IsSatisfiedBy(pending) && !new SetReadOnly(key).IsSatisfiedBy(pending));

        var result = await fleet.RunAsync(SetReadOnly.OfFormerPrimary(former[key]!), 5, former);
        if (mayCutOffEverybody)
        {
            Assert.Equal(StepState.Done, result.State);
            Assert.Contains("clients cut off: 3 (admin, app); rpl_semi_sync_source_enabled was switched off", result.Says, StringComparison.Ordinal);
            Assert.True(await fleet.SeeAsync(server) is { ReadOnly: true, IsReadOnlyPending: false });
            Assert.All(await Task.WhenAll(writes), acknowledged => Assert.False(acknowledged));
        }
        else
        {
            // Rather than acknowledge that commit the step fails and says what would help.
            Assert.Equal(StepState.Failed, result.State);
            Assert.Contains("SYSTEM_USER", result.Says, StringComparison.Ordinal);
            Assert.False(writes[2].IsCompleted);
        }

        async Task<bool> WriteAsync(string user)
        {
            try
            {
                await using var client = await server.OpenAsync(user);
                await using var insert = new MySqlConnector.MySqlCommand("INSERT INTO app.t VALUES()", client);
                return await insert.ExecuteNonQueryAsync() == 1;
            }
            catch (MySqlConnector.MySqlException)
            {
                return false;
            }
        }
    }
}
