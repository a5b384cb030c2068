namespace OrchestratorFunctions.Local.Tests;

/// <summary>The clock of a process goes by this time: a beat that stops would end all evidence of silence.</summary>
public sealed class BeatTimeTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5), Never = TimeSpan.FromHours(1), Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim rung = new(0);

    public void Dispose() => rung.Dispose();

    [Fact]
    public async Task A_timer_that_rings_again_and_again_does_so_on_one_thread_of_its_own()
    {
        var threads = new HashSet<(int Id, bool IsPooled)>();
        await using var timer = new BeatTime().CreateTimer(_ =>
        {
            lock (threads) threads.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread));
            rung.Release();
        }, null, Soon, Soon);
        for (var ring = 0; ring < 5; ring++) Assert.True(await rung.WaitAsync(Patience));
        lock (threads) Assert.False(Assert.Single(threads).IsPooled);
    }

    [Fact]
    public async Task Its_end_is_waited_for_until_the_last_ring_is_over()
    {
        using var mayEnd = new ManualResetEventSlim();
        var isOver = false;
        var timer = new BeatTime().CreateTimer(_ =>
        {
            rung.Release();
            isOver = mayEnd.Wait(Patience);
        }, null, Soon, Soon);
        Assert.True(await rung.WaitAsync(Patience));
        var ending = timer.DisposeAsync();
        Assert.False(ending.IsCompleted);
        mayEnd.Set();
        await ending;
        Assert.True(isOver);
    }

    [Fact]
    public async Task What_it_is_changed_to_counts_at_once()
    {
        await using var timer = new BeatTime().CreateTimer(_ => rung.Release(), null, Never, Never);
        Assert.True(timer.Change(Soon, Soon));
        for (var ring = 0; ring < 3; ring++) Assert.True(await rung.WaitAsync(Patience));
    }

    [Fact]
    public async Task Changed_to_ring_once_it_rings_once_and_after_its_end_it_cannot_be_changed()
    {
        var timer = new BeatTime().CreateTimer(_ => rung.Release(), null, Never, Never);
        timer.Change(Soon, Timeout.InfiniteTimeSpan);
        Assert.True(await rung.WaitAsync(Patience));
        await timer.DisposeAsync();
        Assert.False(timer.Change(Soon, Soon));
        Assert.Equal(0, rung.CurrentCount);
    }

    [Fact]
    public async Task What_rings_once_is_the_system_s_business()
    {
        var isPooled = false;
        await using var timer = new BeatTime().CreateTimer(_ =>
        {
            isPooled = Thread.CurrentThread.IsThreadPoolThread;
            rung.Release();
        }, null, Soon, Timeout.InfiniteTimeSpan);
        Assert.True(await rung.WaitAsync(Patience));
        Assert.True(isPooled);
    }
}
