using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>
/// A replica acknowledges what it has received, and may forget it when it starts again: what it then has is not all
/// that clients were promised.
/// </summary>
public sealed class BackedAcknowledgementsTests
{
    private const int Acknowledged = 50;

    [Fact]
    public async Task What_a_restarted_replica_forgot_is_named_and_no_replica_is_opened_without_it()
    {
        if (ServerFleet.WhyUnavailable("mysql-9.7") is { } reason) Assert.Skip(reason);
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", Replicas: 2, SemiSync: true));
        var (forgetful, deaf) = (fleet.Replicas[0], fleet.Replicas[1]);
        foreach (var replica in fleet.Replicas) await ForgetsAtStartAsync(replica);
        await using var watcher = await Watcher.StartAsync(fleet);
        await fleet.Primary.ExecuteAsync("CREATE TABLE app.acked (id INT PRIMARY KEY)");
        await Eventually.HoldsAsync("both follow and acknowledge", async () => await AcknowledgeAsync(fleet));
        await deaf.ExecuteAsync("STOP REPLICA IO_THREAD");
        await forgetful.ExecuteAsync("STOP REPLICA SQL_THREAD");
        for (var id = 0; id < Acknowledged; id++) await fleet.Primary.ExecuteAsync($"INSERT INTO app.acked VALUES ({id})");
        var promised = (await fleet.Primary.SeeAsync())!.Gtid.Executed;
        // On both: what only one of them was seen to have is named apart.
        await Eventually.HoldsAsync("the watcher saw what was acknowledged", () =>
            HasSeen(watcher, forgetful, promised) && HasSeen(watcher, fleet.Primary, promised));

        forgetful.Kill();
        fleet.Primary.Kill();
        await forgetful.RestartAsync();
        var held = await watcher.HeldAsync();

        var left = (await forgetful.SeeAsync())!;
        Assert.False(left.AllReceived.Contains(promised));
        Assert.Contains(promised.Except(left.AllReceived).ToString(), held.Says, StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(fleet.Replicas.Select(r => r.SeeAsync())), r => Assert.False(r!.AcceptsWrites));
        Assert.DoesNotContain(await watcher.ReadAsync(), r => r.Outcome is RecoveryOutcome.Promoted);

        // With the primary everything is back.
        await fleet.Primary.RestartAsync();
        await Eventually.HoldsAsync("nobody is missed", () => watcher.Topology.Members.All(m => m.IsSeen));
        Assert.Equal(Acknowledged, await fleet.Primary.ScalarAsync<int>("SELECT COUNT(*) FROM app.acked"));
    }

    private static async Task ForgetsAtStartAsync(FleetServer replica)
    {
        await replica.ExecuteAsync("SET PERSIST_ONLY relay_log_recovery = ON; SET PERSIST super_read_only = ON");
        replica.Kill();
        await replica.RestartAsync();
    }

    private static async Task<bool> AcknowledgeAsync(ServerFleet fleet)
    {
        var primary = (await fleet.Primary.SeeAsync())!;
        var replicas = await Task.WhenAll(fleet.Replicas.Select(r => r.SeeAsync()));
        return primary.SemiSync is { SourceActive: true, Clients: 2 } && replicas.All(r => r!.Gtid.Executed.Contains(primary.Gtid.Executed));
    }

    private static bool HasSeen(Watcher watcher, FleetServer replica, Core.Positions.GtidPosition promised) =>
        watcher.Topology.Members.Single(m => m.Key == replica.Key()).Current?.AllReceived.Contains(promised) == true;
}
