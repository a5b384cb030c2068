using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.MySql.Tests.Probing;

/// <summary>Which error a real receiver shows that stands still: whether it was stopped, or gave up by itself.</summary>
public sealed class ReceiverErrorTests
{
    private const string Status =
        "SELECT CONCAT(service_state, ' ', last_error_number) FROM performance_schema.replication_connection_status";

    /// <summary>A recovery stops receivers just while they retry: the error says nothing of why it stands still.</summary>
    [Fact]
    public async Task One_that_was_stopped_while_it_retried_shows_the_error_of_its_last_attempt()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var replica = fleet.Servers.Replicas[0];
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_CONNECT_RETRY=1; START REPLICA IO_THREAD");
        fleet.Servers.Primary.Kill();
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: 2003 }, "it retries");
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD");
        await AssertStoppedAsync(fleet, replica);
    }

    /// <summary>From outside it looks the same: to start it again is right either way.</summary>
    [Fact]
    public async Task One_that_gave_up_after_its_retries_shows_the_same()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var replica = fleet.Servers.Replicas[0];
        await replica.ExecuteAsync("STOP REPLICA IO_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=1; START REPLICA IO_THREAD");
        fleet.Servers.Primary.Kill();
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { Receiver: ReplicationThread.Stopped }, "it gives up");
        await AssertStoppedAsync(fleet, replica);
    }

    private static async Task AssertStoppedAsync(Fleets fleet, FleetServer replica)
    {
        var link = (await fleet.SeeAsync(replica)).Link!;
        Assert.Equal(ReplicationThread.Stopped, link.Receiver);
        Assert.True(link.FailedToConnect, $"error {link.ReceiverErrorNumber}: {link.ReceiverError}");
        Assert.Equal($"OFF {link.ReceiverErrorNumber}", await replica.ScalarAsync<string>(Status));
    }
}
