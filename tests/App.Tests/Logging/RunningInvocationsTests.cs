using OrchestratorFunctions.App.Logging;

namespace OrchestratorFunctions.App.Tests.Logging;

public sealed class RunningInvocationsTests
{
    private readonly RunningInvocations running = new();
    private readonly List<string> written = [];
    private int leftOut;

    [Fact]
    public async Task A_line_is_said_by_the_invocation_that_says_it()
    {
        var end = new TaskCompletionSource();
        _ = RunAsync("other", () => end.Task);
        var own = RunAsync("own", async () =>
        {
            await Task.Yield();
            _ = RunAsync("later", () => end.Task);
            Say("line");
        });
        await own;
        end.SetResult();
        Assert.Equal(["own: line"], written);
    }

    /// <summary>The watcher goes on when the window that started it is over: its lines belong to the next one then.</summary>
    [Fact]
    public async Task What_outlives_its_invocation_speaks_under_the_one_that_runs()
    {
        var over = new TaskCompletionSource();
        var watcher = Task.CompletedTask;
        await RunAsync("first window", () =>
        {
            watcher = WatchAsync();
            return Task.CompletedTask;
        });
        await RunAsync("next window", () =>
        {
            over.SetResult();
            return watcher;
        });
        Assert.Equal(["next window: verdict"], written);

        async Task WatchAsync()
        {
            await over.Task;
            Say("verdict");
        }
    }

    [Fact]
    public async Task Between_two_invocations_lines_wait_for_the_next_one_in_their_order()
    {
        await RunAsync("first", () => Task.CompletedTask);
        Say("suspected");
        Say("verdict");
        Assert.Empty(written);
        await RunAsync("next", () =>
        {
            Say("ended");
            return Task.CompletedTask;
        });
        Assert.Equal(["next: suspected", "next: verdict", "next: ended"], written);
    }

    [Fact]
    public async Task Lines_that_nobody_could_say_are_bounded_and_the_newest_are_kept_and_the_loss_is_told()
    {
        for (var i = 0; i < RunningInvocations.WaitingMost + 3; i++) Say($"{i}");
        await RunAsync("next", () => Task.CompletedTask);
        Assert.Equal(3, leftOut);
        Assert.Equal((RunningInvocations.WaitingMost, "next: 3"), (written.Count, written[0]));
    }

    /// <summary>One provider that breaks must not make later lines name an invocation that is over.</summary>
    [Fact]
    public async Task A_line_that_cannot_be_written_does_not_silence_those_after_it()
    {
        running.Write(_ => throw new InvalidOperationException("the provider broke"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("first", () => Task.CompletedTask));
        Say("line");
        await RunAsync("next", () => Task.CompletedTask);
        Assert.Equal(["next: line"], written);
    }

    private void Say(string line) => running.Write(invocation => written.Add($"{invocation}: {line}"));

    private Task RunAsync(string invocation, Func<Task> run) => running.RunAsync(invocation, run, lines => leftOut = lines);
}
