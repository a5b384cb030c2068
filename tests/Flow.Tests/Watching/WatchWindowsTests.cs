using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Watching;

public sealed class WatchWindowsTests : IDisposable
{
    private static readonly WatchPolicy Policy = new() { Interval = TimeSpan.FromSeconds(1) };
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Second = TimeSpan.FromSeconds(1);

    private readonly World world = new();
    private readonly List<CancellationTokenSource> hosts = [];
    private readonly List<Instance> instances = [];
    private TimeSpan gap, longestGap;
    private DateTimeOffset? lastWatched;

    [Fact]
    public void Overlapping_windows_share_one_watcher_that_the_last_one_keeps() => Simulate((simulated, memory) =>
    {
        var one = Start(memory, simulated);
        var first = one.Open(Minute);
        simulated.Advance(50 * Second, Look);
        var second = one.Open(Minute);
        simulated.Advance(15 * Second, Look);
        Assert.True(first.IsCompletedSuccessfully);
        Assert.False(second.IsCompleted);
        simulated.Advance(45 * Second, Look);
        Assert.True(second.IsCompletedSuccessfully);
        Assert.Equal(WatchState.Watching, one.Watch.State);
        Assert.Equal(1, one.Started);
    });

    [Fact]
    public void A_next_window_in_time_goes_on_without_a_gap() => Simulate((simulated, memory) =>
    {
        var one = Start(memory, simulated);
        for (var window = 0; window < 5; window++)
        {
            var opened = one.Open(Minute);
            simulated.Advance(Minute + (5 * Second), Look);
            Assert.True(opened.IsCompletedSuccessfully);
        }
        Assert.Equal(1, one.Started);
        Assert.True(longestGap < 2 * Second, $"{longestGap}");
    });

    [Fact]
    public void Without_a_next_window_the_shard_is_given_up_and_another_instance_takes_it_within_about_a_second() => Simulate((simulated, memory) =>
    {
        var (one, two) = (Start(memory, simulated), Start(memory, simulated));
        one.Open(Minute);
        simulated.Advance(30 * Second, Look);
        two.Open(2 * Minute);
        simulated.Advance(30 * Second, Look);
        Assert.Equal((WatchState.Watching, WatchState.StandingBy), (one.Watch.State, two.Watch.State));
        simulated.Until(() => two.Watch.State == WatchState.Watching, Policy.WindowGrace + (2 * Second), Look);
        Assert.Equal(WatchState.StandingBy, one.Watch.State);
        Assert.True(longestGap <= 2 * Second, $"{longestGap}");
    });

    [Fact]
    public void A_window_after_the_grace_watches_again() => Simulate((simulated, memory) =>
    {
        var one = Start(memory, simulated);
        one.Open(Minute);
        simulated.Advance(Minute + Policy.WindowGrace + Second);
        Assert.Equal(WatchState.StandingBy, one.Watch.State);
        one.Open(Minute);
        simulated.Until(() => one.Watch.State == WatchState.Watching, 2 * Second);
        Assert.Equal(2, one.Started);
    });

    [Fact]
    public void A_drained_host_gives_up_at_once_and_the_window_returns() => Simulate((simulated, memory) =>
    {
        var (one, two) = (Start(memory, simulated), Start(memory, simulated));
        var opened = one.Open(10 * Minute);
        simulated.Advance(30 * Second, Look);
        two.Open(10 * Minute);
        simulated.Advance(30 * Second, Look);

        one.Host.Cancel();
        simulated.Await(opened);
        Assert.Equal(WatchState.StandingBy, one.Watch.State);
        simulated.Until(() => two.Watch.State == WatchState.Watching, 2 * Second, Look);
        Assert.True(longestGap <= 2 * Second, $"{longestGap}");
        simulated.Await(one.Open(Minute));
        simulated.Advance(Minute, Look);
        Assert.Equal(1, one.Started);
    });

    [Fact]
    public void A_killed_instance_is_followed_by_the_other_one_when_its_lease_has_run_out() => Simulate((simulated, memory) =>
    {
        var (one, two) = (Start(memory, simulated), Start(memory, simulated));
        one.Open(10 * Minute);
        simulated.Advance(30 * Second, Look);
        two.Open(10 * Minute);
        simulated.Advance(30 * Second, Look);

        one.Kill();
        simulated.Until(() => two.Watch.State == WatchState.Watching, Policy.LeaseLength + (2 * Second), Look);
        Assert.InRange(longestGap, Policy.LeaseLength / 2, Policy.LeaseLength + (2 * Second));
    });

    [Fact]
    public void A_watcher_that_fails_fails_its_window() => Simulate((simulated, _) =>
    {
        var windows = new WatchWindows(_ => Task.FromException(new InvalidOperationException("broken")), Second, simulated.Time);
        var opened = windows.RunAsync(Minute, default);
        simulated.Await(() => opened.IsCompleted);
        Assert.IsType<InvalidOperationException>(opened.Exception!.InnerException);
    });

    [Fact]
    public void A_watcher_that_times_out_fails_its_window_too() => Simulate((simulated, _) =>
    {
        var windows = new WatchWindows(_ => Task.FromException(new TimeoutException("slow")), Second, simulated.Time);
        var opened = windows.RunAsync(Minute, default);
        simulated.Await(() => opened.IsCompleted);
        Assert.IsType<TimeoutException>(opened.Exception!.InnerException);
    });

    public void Dispose() => hosts.ForEach(h => h.Dispose());

    private void Look()
    {
        Assert.True(instances.Count(i => i.Watch.State == WatchState.Watching) < 2, "two watch at once");
        var now = instances[0].Time.GetUtcNow();
        if (instances.Any(i => i.Watch.State == WatchState.Watching)) lastWatched = now;
        gap = lastWatched is { } last ? now - last : TimeSpan.Zero;
        if (gap > longestGap) longestGap = gap;
    }

    private void Simulate(Action<SimulatedTime, Memory> test) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        memory.Store(world.Now);
        test(simulated, memory);
        foreach (var instance in instances) instance.Host.Cancel();
        simulated.Settle();
    });

    private Instance Start(Memory memory, SimulatedTime simulated)
    {
        var instance = new Instance(world, memory, simulated.Time, $"p{instances.Count + 1}");
        instances.Add(instance);
        hosts.Add(instance.Host);
        return instance;
    }

    private sealed class Instance
    {
        private readonly Func<TimeSpan, CancellationToken, Task> open;
        private bool isDead;

        public Instance(World world, Memory memory, TimeProvider time, string name)
        {
            Time = time;
            Watch = new Process(world, memory, new MemoryQueue(), time, Policy, name, isAway: () => isDead).Watch;
            open = new WatchWindows(WatchAsync, Policy.WindowGrace, time).RunAsync;
        }

        public TimeProvider Time { get; }
        public WatchClusters Watch { get; }
        public CancellationTokenSource Host { get; } = new();
        public int Started { get; private set; }

        public Task Open(TimeSpan length) => open(length, Host.Token);

        /// <summary>It writes nothing any more, not even that it gives its lease up.</summary>
        public void Kill()
        {
            isDead = true;
            Host.Cancel();
        }

        private Task WatchAsync(CancellationToken cancel)
        {
            Started++;
            return Watch.RunAsync(cancel);
        }
    }
}
