using OrchestratorFunctions.Bench;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>The process that recovers is itself killed or stopped.</summary>
public sealed class InterruptedTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_recovery_whose_process_is_killed_at_any_write_is_finished_by_the_next_one_with_the_same_candidate(bool afterTheWrite)
    {
        // Until a recovery has fewer writes than the one to die at; it has one for its beginning, one for its end, and some between.
        var deadly = 1;
        while (await IsKilledAtAsync(deadly, afterTheWrite)) Assert.True(++deadly < RecoveryPolicy.StageLimit, "a recovery has an end");
        Assert.True(deadly > 3, $"a recovery has {deadly - 1} writes");
    }

    [Fact]
    public async Task A_watcher_that_was_stopped_for_ten_seconds_takes_nobody_for_dead()
    {
        var (fleet, place) = await TakeoverTests.DiscoveredAsync();
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);
        var before = await fleet.DescribeAsync();

        await child.StopAsync();
        await Eventually.TimePassesAsync(TimeSpan.FromSeconds(10));
        await child.ContinueAsync();
        // It had its chance when it has watched on for longer than the silence confirmation.
        var enough = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(5);
        await Eventually.HoldsAsync("it watches again", async () => await child.SeenAtAsync() is { Length: > 0 } seen && seen.All(s => s > enough), () => Task.FromResult(child.Log));

        Assert.Equal("No recoveries", (await place.RunAsync("recoveries")).Output.Trim());
        Assert.Equal(before, await fleet.DescribeAsync());
    }

    /// <summary>False when the recovery ended before that write.</summary>
    private static async Task<bool> IsKilledAtAsync(int deadly, bool afterTheWrite)
    {
        var (fleet, place) = await TakeoverTests.DiscoveredAsync();
        await using var reader = await place.OpenAsync();
        var cluster = (await reader.Ports.Topologies.ReadAllAsync(default)).Single().Id;
        await using var proxy = await TableProxy.StartAsync(place, cluster);
        await using var child = Child.Start(place, $"Storage:ConnectionString={proxy.ConnectionString}");
        await child.WatchesAsync(fleet.Servers.Count);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        // The end of a recovery can be read before the process that wrote it is gone.
        var killed = false;
        if (afterTheWrite) proxy.After = number => KillAt(number);
        else proxy.Before = KillAt;

        fleet.Primary.Kill();
        await Eventually.HoldsAsync("the process is killed or done", async () => child.HasExited || await EndedAsync(reader, cluster) is not null, () => Task.FromResult(child.Log));
        if (!killed) child.Kill();
        var left = (await reader.Ports.Recoveries.ReadRecentAsync(cluster, 1, default)).Select(r => r.Recovery).FirstOrDefault();

        await using var next = Child.Start(place);
        await Eventually.HoldsAsync("the next process finishes it", async () => await EndedAsync(reader, cluster) is not null, () => Task.FromResult(next.Log));
        await AssertFinishedAsync(fleet, writer, (await EndedAsync(reader, cluster))!, left);
        return killed;

        bool KillAt(int number)
        {
            if (number != deadly) return true;
            killed = true;
            child.Kill();
            return false;
        }
    }

    private static async Task AssertFinishedAsync(ServerFleet fleet, Writer writer, Recovery ended, Recovery? left)
    {
        var promoted = Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
        var successor = await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        Assert.Equal(promoted.Key, successor.Key());
        Assert.Empty(promoted.Lost);
        if (left is not null) Assert.Equal(left.Id, ended.Id);
        if (left?.Choice is { } choice) Assert.Equal(choice.Candidate, promoted.Key);
        await DeadPrimaryTests.GoesOnAsync(writer);
        Assert.Equal(0, await DeadPrimaryTests.LostAsync(writer, successor));
    }

    private static async Task<Recovery?> EndedAsync(LocalRoom room, ClusterId cluster) =>
        (await room.Ports.Recoveries.ReadRecentAsync(cluster, 10, default)).Select(r => r.Recovery).FirstOrDefault(r => r is { IsEnded: true, IsHeld: false });
}
