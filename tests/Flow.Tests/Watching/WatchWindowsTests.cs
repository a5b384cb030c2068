using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Watching;

/// <summary>What a window throws. How windows follow each other is told in <c>Plays/windows.txt</c>.</summary>
public sealed class WatchWindowsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_watcher_that_fails_fails_its_window() =>
        Assert.IsType<InvalidOperationException>(ErrorOf(new InvalidOperationException("broken")));

    [Fact]
    public void A_watcher_that_times_out_fails_its_window_too() =>
        Assert.IsType<TimeoutException>(ErrorOf(new TimeoutException("slow")));

    private static Exception? ErrorOf(Exception failure)
    {
        Exception? error = null;
        SimulatedTime.Run(World.Noon, simulated =>
        {
            var windows = new WatchWindows(_ => Task.FromException(failure), Second, simulated.Time);
            var opened = windows.RunAsync(Minute, default);
            simulated.Await(() => opened.IsCompleted);
            error = opened.Exception!.InnerException;
        });
        return error;
    }
}
