using OrchestratorFunctions.App.Logging;

namespace OrchestratorFunctions.App.Tests.Logging;

public sealed class RunningInvocationsTests
{
    private readonly RunningInvocations running = new();
    private readonly List<string> written = [];

    [Fact]
    public void A_line_is_said_by_the_invocation_that_says_it()
    {
        using var other = Elsewhere(() => running.Enter("other"));
        using var own = running.Enter("own");
        using var later = Elsewhere(() => running.Enter("later"));
        Say("line");
        Assert.Equal(["own: line"], written);
    }

    /// <summary>The watcher goes on when the window that started it is over: its lines belong to the next one then.</summary>
    [Fact]
    public async Task What_outlives_its_invocation_speaks_under_the_one_that_runs()
    {
        var over = new TaskCompletionSource();
        Task watcher;
        using (running.Enter("first window")) watcher = WatchAsync();
        using var next = Elsewhere(() => running.Enter("next window"));
        over.SetResult();
        await watcher;
        Assert.Equal(["next window: verdict"], written);

        async Task WatchAsync()
        {
            await over.Task;
            Say("verdict");
        }
    }

    [Fact]
    public void Between_two_invocations_lines_wait_for_the_next_one_in_their_order()
    {
        running.Enter("first").Dispose();
        Say("suspected");
        Say("verdict");
        Assert.Empty(written);
        using var next = running.Enter("next");
        Say("ended");
        Assert.Equal(["next: suspected", "next: verdict", "next: ended"], written);
    }

    [Fact]
    public void Lines_that_nobody_could_say_are_bounded_and_the_newest_are_kept_and_the_loss_is_told()
    {
        for (var i = 0; i < RunningInvocations.WaitingMost + 3; i++) Say($"{i}");
        var leftOut = 0;
        using var next = running.Enter("next", lines => leftOut = lines);
        Assert.Equal(3, leftOut);
        Assert.Equal((RunningInvocations.WaitingMost, "next: 3"), (written.Count, written[0]));
    }

    private void Say(string line) => running.Write(invocation => written.Add($"{invocation}: {line}"));

    // As another request: what it enters is not the invocation of the caller.
    private static IDisposable Elsewhere(Func<IDisposable> enter)
    {
        IDisposable? entered = null;
        ExecutionContext.Run(ExecutionContext.Capture()!, _ => entered = enter(), null);
        return entered!;
    }
}
