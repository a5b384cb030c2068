using System.Globalization;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Testing;

namespace OrchestratorFunctions.MySql.Tests.Stepping;

/// <summary>
/// A receiver that ends in the middle of a transaction leaves an applier that waits for the rest of it: MySQL answers
/// STOP REPLICA a minute later (seen on 9.7.4), MariaDB at once.
/// </summary>
public sealed class ApplierReleaseTests
{
    [Theory]
    [InlineData("mysql-9.7", "GRANT SYSTEM_USER ON *.* TO orchestrator@'%'")]
    [InlineData("mariadb-10.11", "DO 0")]
    public async Task A_replica_whose_source_died_while_it_sent_is_promoted_in_time(string kind, string grant)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 1);
        var replica = fleet.Servers.Replicas[0];
        await fleet.Servers.Primary.ExecuteAsync(grant);
        await HalfATransactionAsync(fleet, replica);
        fleet.Servers.Primary.Kill();
        var before = (await fleet.SeeAsync(replica)).Gtid.Executed;

        await fleet.RunTwiceAsync(new StopReceiving(Fleets.Key(replica)), replica);
        await fleet.RunTwiceAsync(new ForgetSource(Fleets.Key(replica)), replica);

        var after = await fleet.SeeAsync(replica);
        Assert.Empty(after.Links);
        Assert.Equal(before, after.Gtid.Executed);
        Assert.Equal(0L, await replica.ScalarAsync<long>("SELECT COUNT(*) FROM app.half"));
    }

    [Fact]
    public async Task Without_the_privilege_it_is_said_what_is_waited_for_and_what_to_grant()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 1);
        var replica = fleet.Servers.Replicas[0];
        await HalfATransactionAsync(fleet, replica);
        fleet.Servers.Primary.Kill();

        var forgotten = await fleet.RunAsync(new ForgetSource(Fleets.Key(replica)));

        Assert.False(forgotten.IsSuccess);
        Assert.Contains("grant SYSTEM_USER", forgotten.Says, StringComparison.Ordinal);
        Assert.Single((await fleet.SeeAsync(replica)).Links);
    }

    /// <summary>Its source is there: nobody has to end workers, and no privilege is needed for it.</summary>
    [Fact]
    public async Task A_receiver_that_ends_in_the_middle_takes_the_rest_from_a_source_that_is_there()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 1);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await HalfATransactionAsync(fleet, replica);

        var stopping = fleet.RunAsync(new StopReceiving(Fleets.Key(replica)) { TakesTheRest = true }, 30);
        await Eventually.HoldsAsync("it connects anew", async () =>
            (await replica.QueryAsync("SHOW REPLICA STATUS"))[0]["Replica_IO_Running"] is "Connecting");
        primary.Continue();
        var stopped = await stopping;

        Assert.True(stopped.IsSuccess, stopped.Says);
        Assert.Contains("in the middle of a transaction", stopped.Says, StringComparison.Ordinal);
        var all = (await fleet.SeeAsync(primary)).Gtid.Executed;
        var applied = await fleet.RunAsync(WaitUntilApplied.For(Fleets.Key(replica), all), 30);
        Assert.True(applied.IsSuccess, $"{stopped.Says}; {applied.Says}");
        await fleet.RunTwiceAsync(new StopReplication(Fleets.Key(replica)), replica);
        await fleet.RunTwiceAsync(new ForgetSource(Fleets.Key(replica)), replica);
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_replica_that_was_stopped_while_it_received_is_pointed_elsewhere_in_time_and_receives_the_whole(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 2);
        var (replica, sibling) = (fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        await HalfATransactionAsync(fleet, replica);
        await fleet.RunTwiceAsync(new StopReceiving(Fleets.Key(replica)), replica);
        fleet.Servers.Primary.Continue();

        await fleet.RunTwiceAsync(new PointTo(Fleets.Key(replica), Fleets.Key(sibling)), replica);

        var all = (await fleet.SeeAsync(fleet.Servers.Primary)).Gtid.Executed;
        Assert.True((await fleet.RunAsync(WaitUntilApplied.For(Fleets.Key(replica), all), 30)).IsSuccess);
        Assert.Equal((long)Rows, await replica.ScalarAsync<long>("SELECT COUNT(*) FROM app.half"));
    }

    /// <summary>Where the applier has to stop, because nothing is known of the new source.</summary>
    [Fact]
    public async Task What_has_to_stop_its_applier_is_pointed_elsewhere_in_time_too()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 2);
        var (replica, sibling) = (fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        await fleet.Servers.Primary.ExecuteAsync("GRANT SYSTEM_USER ON *.* TO orchestrator@'%'");
        await HalfATransactionAsync(fleet, replica);
        await fleet.RunTwiceAsync(new StopReceiving(Fleets.Key(replica)), replica);
        fleet.Servers.Primary.Continue();
        var unknown = fleet.TopologyOf((await fleet.TopologyAsync())[Fleets.Key(replica)]!);

        var pointed = await fleet.RunAsync(new PointTo(Fleets.Key(replica), Fleets.Key(sibling)), topology: unknown);

        Assert.True(pointed.IsSuccess, pointed.Says);
        Assert.Contains("workers ended: 4", pointed.Says, StringComparison.Ordinal);
        var position = (await fleet.SeeAsync(fleet.Servers.Primary)).Gtid.Executed;
        Assert.True((await fleet.RunAsync(WaitUntilApplied.For(Fleets.Key(replica), position), 30)).IsSuccess);
        Assert.Equal((long)Rows, await replica.ScalarAsync<long>("SELECT COUNT(*) FROM app.half"));
    }

    // Much to send, and little of it to apply by the time that the source stops: a slow disk must not hold the applier up.
    private const int Rows = 80;

    /// <summary>The source hangs when the replica has received a part of a transaction, and the whole of none begun here.</summary>
    private static async Task HalfATransactionAsync(Fleets fleet, FleetServer replica)
    {
        var primary = fleet.Servers.Primary;
        await primary.ExecuteAsync("CREATE TABLE app.half(id INT AUTO_INCREMENT PRIMARY KEY, pad LONGTEXT)");
        var insert = $"BEGIN;{string.Concat(Enumerable.Repeat("INSERT INTO app.half(pad) VALUES (REPEAT('x', 1000000));", Rows))}COMMIT";
        // On a busy machine the whole of it may have arrived before this process looks: then it is taken back, and sent once more.
        for (var tries = 1; ; tries++)
        {
            var position = (await fleet.SeeAsync(primary)).Gtid.Executed;
            Assert.True((await fleet.RunAsync(WaitUntilApplied.For(Fleets.Key(replica), position), 60)).IsSuccess);
            var from = await ReceivedBytesAsync(replica);
            var write = primary.ExecuteAsync(insert);
            while (await ReceivedBytesAsync(replica) < from + 2_000_000) await Task.Yield();
            primary.Stop();
            _ = write.ContinueWith(w => w.Exception, TaskScheduler.Default);
            // What is on its way to it still arrives.
            if (await ReceivedBytesAsync(replica) < from + ((Rows - 20) * 1_000_000L)) return;
            Assert.True(tries < 10, "each time the whole transaction was received before the source was stopped");
            primary.Continue();
            await write;
            await primary.ExecuteAsync("DELETE FROM app.half");
        }
    }

    private static async Task<long> ReceivedBytesAsync(FleetServer replica) => Convert.ToInt64(
        (await replica.QueryAsync("SHOW REPLICA STATUS"))[0]["Relay_Log_Space"], CultureInfo.InvariantCulture);
}
