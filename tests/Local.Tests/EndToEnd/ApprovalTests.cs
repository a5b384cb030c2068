using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>A cluster where an operator is asked before a dead primary is replaced.</summary>
public sealed class ApprovalTests
{
    [Fact]
    public async Task Nothing_is_opened_until_the_operator_approves_and_then_the_failover_goes_on()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:ApproveClusters=shop");
        var id = await AskedAsync(fleet, watcher);
        Assert.All(await SeenAsync(fleet), replica => Assert.True(replica.ReadOnly));

        var approved = await watcher.Place.RunAsync("approve", id, "--because", "looked at it");
        Assert.True(approved.Code == 0, approved.ToString());
        Assert.Contains("is the primary", approved.Output, StringComparison.Ordinal);
        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        Assert.Contains("looked at it", (await watcher.Place.RunAsync("explain", id)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_failover_leaves_every_replica_as_it_was_and_is_refused_when_said_again()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:ApproveClusters=shop");
        var id = await AskedAsync(fleet, watcher);
        Assert.Equal(0, (await watcher.Place.RunAsync("disable-recovery")).Code);

        var cancelled = await watcher.Place.RunAsync("cancel", id, "--because", "the rack is moved");
        Assert.True(cancelled.Code == 0, cancelled.ToString());
        Assert.All(await SeenAsync(fleet), replica => Assert.True(replica.ReadOnly && replica.Link!.Source == fleet.Primary.Key() && replica.Link.Receiver != Core.Model.ReplicationThread.Stopped));
        var again = await watcher.Place.RunAsync("cancel", id);
        Assert.Equal(1, again.Code);
        Assert.Contains("is not running", again.Error, StringComparison.Ordinal);
    }

    private static async Task<string> AskedAsync(ServerFleet fleet, Watcher watcher)
    {
        // The alias is taken up with the next look at the store.
        await watcher.LookOnAsync("the primary is seen", t => t[fleet.Primary.Key()]!.IsSeen && t.Alias == "shop");
        fleet.Primary.Kill();
        Recovery? asked = null;
        await Eventually.HoldsAsync("an operator is asked", async () =>
        {
            asked = await watcher.Room.Ports.Recoveries.ReadActiveAsync(watcher.Cluster, default);
            return asked is { AwaitsApproval: true };
        });
        return asked!.Id;
    }

    private static async Task<Core.Model.Instance[]> SeenAsync(ServerFleet fleet) => [.. (await Task.WhenAll(fleet.Replicas.Select(r => r.SeeAsync()))).Select(i => i!)];
}
