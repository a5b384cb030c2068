using Microsoft.Extensions.Time.Testing;

namespace OrchestratorFunctions.Flow.Tests.Running;

public sealed class WakeupTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Bound = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task A_signal_given_before_anybody_waits_is_not_lost_and_counts_once()
    {
        var signal = NewSignal();
        signal.Give();
        signal.Give();
        await signal.WaitAsync(Second, default).WaitAsync(Bound);
        Assert.False(signal.WaitAsync(Second, default).IsCompleted);
    }

    [Fact]
    public async Task Without_a_signal_the_wait_ends_with_its_time()
    {
        var wait = NewSignal().WaitAsync(Second, default);
        Assert.False(wait.IsCompleted);
        time.Advance(Second);
        await wait.WaitAsync(Bound);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_says_so()
    {
        using var cancel = new CancellationTokenSource();
        var wait = NewSignal().WaitAsync(Second, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Bound));
    }

    private Wakeup NewSignal() => new(time);
}
