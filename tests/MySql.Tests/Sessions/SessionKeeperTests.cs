using System.Diagnostics;

namespace OrchestratorFunctions.MySql.Tests.Sessions;

public sealed class SessionKeeperTests
{
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_crash_is_noticed_at_once(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        var holding = fleet.Room.Sessions.HoldAsync(Fleets.Key(fleet.Servers.Primary), default);
        await fleet.UntilRunsAsync(fleet.Servers.Primary, "DO SLEEP", 1);
        Assert.False(holding.IsCompleted);
        var ended = holding.ContinueWith(_ => Stopwatch.GetTimestamp(), TaskScheduler.Default);
        fleet.Servers.Primary.Kill(); // returns when the process is gone
        var gone = Stopwatch.GetTimestamp();
        var reason = await holding.WaitAsync(Fleets.Second);
        Assert.Contains("broke", reason, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(gone, await ended) < TimeSpan.FromMilliseconds(250), "noticed late");
        Assert.Contains("nothing listens", await fleet.Room.Sessions.HoldAsync(Fleets.Key(fleet.Servers.Primary), default), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task Letting_go_throws_only_cancellation_and_leaves_no_sleeper(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 0);
        using var stop = new CancellationTokenSource();
        var holding = fleet.Room.Sessions.HoldAsync(Fleets.Key(fleet.Servers.Primary), stop.Token);
        await fleet.UntilRunsAsync(fleet.Servers.Primary, "DO SLEEP", 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holding);
        await fleet.UntilRunsAsync(fleet.Servers.Primary, "DO SLEEP", 0);
    }
}
