using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>A primary that is dead and that nobody may replace: the record says what would change that.</summary>
public sealed class HeldTests
{
    [Fact]
    public async Task In_a_downtimed_cluster_a_killed_primary_is_not_replaced_and_the_record_names_the_downtime()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        Assert.Equal(0, (await watcher.Place.RunAsync("downtime", "shop", "--because", "maintenance")).Code);

        var held = await HoldAsync(fleet, watcher);

        Assert.Equal("the end of the cluster's downtime", held.Refusal.Remedy);
        Assert.Contains("maintenance", held.Refusal.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_recovery_is_disabled_a_killed_primary_is_not_replaced_and_the_record_names_the_switch()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        Assert.Equal(0, (await watcher.Place.RunAsync("disable-recovery", "--because", "test")).Code);

        var held = await HoldAsync(fleet, watcher);

        Assert.Contains("enable-recovery", held.Refusal.Remedy, StringComparison.Ordinal);
        Assert.Contains("disabled", held.Refusal.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_outside_the_filter_is_only_watched()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:Clusters=another,more*");

        Assert.Equal("Recovery:Clusters", (await HoldAsync(fleet, watcher)).Refusal.Remedy);
    }

    private static async Task<RecoveryOutcome.Held> HoldAsync(ServerFleet fleet, Watcher watcher)
    {
        // What operators declare is taken up with the next look at the store.
        await watcher.LookOnAsync("the primary is seen", t => t[fleet.Primary.Key()]!.IsSeen);
        var roles = await RolesAsync(fleet);
        fleet.Primary.Kill();
        var held = await watcher.HeldAsync();
        await watcher.LookOnAsync("the primary is away", t => !t[fleet.Primary.Key()]!.IsSeen);

        await watcher.AssertNothingBegunAsync();
        Assert.Equal(roles, await RolesAsync(fleet));
        await fleet.Primary.RestartAsync();
        return held;
    }

    // Replicas of a dead primary try to connect; that apart nothing may have changed.
    private static async Task<string> RolesAsync(ServerFleet fleet) => string.Join('\n', await Task.WhenAll(fleet.Replicas.Select(async r =>
    {
        var replica = (await r.SeeAsync())!;
        return $"{replica.Key} {replica.ReadOnly} {replica.SuperReadOnly} {replica.Link!.Source} {replica.Link.Applier} {replica.Link.Receiver != ReplicationThread.Stopped}";
    })));
}
