using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using OrchestratorFunctions.App.Timers;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests.Timers;

public sealed class WatchTimersTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_window_watches_and_recovers_what_it_finds_in_its_own_process() => Simulate((simulated, app) =>
    {
        app.Tick(0);
        simulated.Until(() => app.Room.Flow.Watch.Topologies is [var t] && t.Members.All(m => m.IsSeen), Minute);
        app.Servers.World.Kill(World.Primary);
        simulated.Until(() => app.Servers.Memory.ReadRecentAsync(null, 1, default).Result is [{ Recovery.Outcome: RecoveryOutcome.Promoted }], Minute);
        Assert.Single(app.Servers.Sent.Sent);
    });

    [Fact]
    public void The_window_of_the_first_shard_finds_the_seeds_and_the_watcher_watches_them() => Simulate((simulated, app) =>
    {
        app.Tick(0);
        simulated.Until(() => app.Room.Flow.Watch.Topologies is [var t] && t.Members.All(m => m.IsSeen), Minute);
        Assert.Equal(4, Assert.Single(app.Servers.Memory.ReadAllAsync(default).Result).Members.Length);
    }, servers =>
    {
        servers.Memory.ForgetAllAsync();
        servers.Settings.Flow.Discovery.Seeds = "db2:3306";
    });

    [Fact]
    public void An_instance_practises_once_however_many_windows_it_is_lent() => Simulate((simulated, app) =>
    {
        Lend();
        var practised = app.Servers.Sent.Practised.Count;
        Assert.NotEqual(0, practised);
        Lend();
        Assert.Equal(practised, app.Servers.Sent.Practised.Count);
        Assert.Empty(app.Servers.Sent.Sent);
        Assert.Empty(app.Servers.Memory.ReadRecentAsync(null, 10, default).Result);

        // The watcher ends without a next window, and begins anew with it.
        void Lend()
        {
            var window = app.Tick(0);
            simulated.Until(() => window.IsCompleted, 2 * WatchTimers.Window);
            simulated.Until(() => !app.Room.Flow.Watch.IsWatching, Minute);
        }
    });

    [Fact]
    public void A_drained_host_ends_its_window_and_gives_the_shard_up() => Simulate((simulated, app) =>
    {
        var window = app.Tick(0);
        simulated.Until(() => app.Room.Flow.Watch.IsWatching, Minute);
        Assert.False(app.CanBeTakenByAnother());
        app.Host.StopApplication();
        simulated.Await(window);
        Assert.True(app.CanBeTakenByAnother());
    });

    [Fact]
    public void A_window_is_over_after_its_length_and_the_watcher_goes_on_for_the_next_one() => Simulate((simulated, app) =>
    {
        var window = app.Tick(0);
        Assert.True(simulated.Until(() => window.IsCompleted, 2 * WatchTimers.Window) >= WatchTimers.Window);
        Assert.True(app.Room.Flow.Watch.IsWatching);
        app.Tick(0);
        simulated.Advance(Minute);
        Assert.True(app.Room.Flow.Watch.IsWatching);
    });

    [Fact]
    public void Without_a_next_window_the_shard_is_given_up() => Simulate((simulated, app) =>
    {
        var window = app.Tick(0);
        simulated.Until(() => window.IsCompleted, 2 * WatchTimers.Window);
        simulated.Until(() => !app.Room.Flow.Watch.IsWatching && app.CanBeTakenByAnother(), app.Room.Flow.WatchPolicy.LeaseLength);
    });

    [Fact]
    public void A_timer_of_a_shard_that_does_not_exist_returns_at_once() => Simulate((simulated, app) =>
    {
        simulated.Await(app.Tick(7));
        Assert.False(app.Room.Flow.Watch.IsWatching);
    });

    private static void Simulate(Action<SimulatedTime, OneInstance> test, Action<Servers>? before = null) => SimulatedTime.Run(World.Noon, simulated =>
    {
        using var app = new OneInstance(simulated, before);
        test(simulated, app);
        app.Host.StopApplication();
        simulated.Advance(TimeSpan.FromSeconds(1));
    });

    /// <summary>One instance of the app with its timers.</summary>
    private sealed class OneInstance : IDisposable
    {
        private readonly WatchTimers timers;

        public OneInstance(SimulatedTime simulated, Action<Servers>? before)
        {
            Servers = new Servers(simulated.Time);
            before?.Invoke(Servers);
            Room = Servers.Room();
            timers = new WatchTimers(new AppSource(_ => Task.FromResult(Room)), new WatchWindowSource(simulated.Time), Host);
        }

        public Servers Servers { get; }
        public AppRoom Room { get; }
        public Lifetime Host { get; } = new();

        public Task Tick(int shard) => shard == 0 ? timers.Watch0Async(new TimerInfo(), default) : timers.Watch7Async(new TimerInfo(), default);

        public bool CanBeTakenByAnother() => Servers.Memory.TryAcquireAsync(Shard.NameOf(0), "another", TimeSpan.FromMilliseconds(1), default).Result is not null;

        public void Dispose() => Host.Dispose();
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;
        public CancellationToken ApplicationStopping => stopping.Token;
        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => stopping.Cancel();

        public void Dispose() => stopping.Dispose();
    }
}
