using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

public sealed class SeedDiscoveryTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_seed_is_found_with_its_cluster_and_the_looking_ends() => Simulate("db2:3306", (simulated, one) =>
    {
        simulated.Await(one.Run);
        Assert.Equal(4, Assert.Single(one.Stored()).Members.Length);
        Assert.Equal(1, one.Found);
        Assert.Empty(one.Log.Lines);
    });

    [Fact]
    public void A_seed_that_is_stored_already_is_not_probed() => Simulate("db2:3306, 10.0.0.3:3306", (simulated, one) =>
    {
        simulated.Await(one.Run);
        Assert.Empty(one.World.Looks);
    }, one =>
    {
        one.Memory.Store(one.World.Now);
        one.Memory.SaveSightingsAsync(World.Cluster, [new(new("db3", 3306), null, null) { OtherNames = [new("10.0.0.3", 3306)] }], default);
    });

    [Fact]
    public void A_seed_that_does_not_answer_is_tried_again_until_it_does_and_more_and_more_rarely() => Simulate("db1:3306", (simulated, one) =>
    {
        simulated.Advance(5 * Minute);
        // After a second, two more, four more, … and then every minute: at 0, 1, 3, 7, 15, 31, 63, 123, 183 and 243 s.
        Assert.InRange(one.World.Looks.Count, 9, 11);
        one.World.Revive(World.Primary);
        simulated.Until(() => one.Run.IsCompleted, Minute + TimeSpan.FromSeconds(1));
        Assert.Single(one.Stored());
    }, one => one.World.Fail(World.Primary, ProbeFailureKind.Refused, "connection refused"));

    [Fact]
    public void A_refusal_is_said_once_and_again_when_the_reason_is_another_one() => Simulate("db1:3306", (simulated, one) =>
    {
        simulated.Advance(3 * Minute);
        Assert.StartsWith("db1:3306 of Discovery:Seeds is not found yet", Assert.Single(one.Log.Lines).Says, StringComparison.Ordinal);
        one.World.Fail(World.Primary, ProbeFailureKind.AuthenticationDenied, "access denied");
        simulated.Advance(3 * Minute);
        Assert.Equal([LogLevel.Warning, LogLevel.Warning], one.Log.Lines.Select(l => l.Level));
        Assert.Contains("check MySql:User", one.Log.Lines.Last().Says, StringComparison.Ordinal);
    }, one => one.World.Fail(World.Primary, ProbeFailureKind.Refused, "connection refused"));

    [Fact]
    public void One_that_is_found_is_stored_although_another_one_is_not() => Simulate("db9:3306, db3:3306", (simulated, one) =>
    {
        simulated.Until(() => one.Stored().Length == 1, Minute);
        simulated.Advance(2 * Minute);
        Assert.False(one.Run.IsCompleted);
        Assert.Single(one.Log.Lines);
        Assert.Equal(1, one.Found);
    });

    [Fact]
    public void Two_seeds_of_one_cluster_are_one_discovery() => Simulate("db2:3306, db3:3306", (simulated, one) =>
    {
        simulated.Await(one.Run);
        Assert.Equal(1, one.Found);
    });

    [Fact]
    public void A_process_waits_while_another_one_discovers_and_then_looks_at_what_that_found() => Simulate("db1:3306", (simulated, one) =>
    {
        simulated.Advance(Minute);
        Assert.Empty(one.World.Looks);
        Assert.False(one.Run.IsCompleted);
        one.Memory.Store(one.World.Now);
        simulated.Until(() => one.Run.IsCompleted, Minute + TimeSpan.FromSeconds(1));
        Assert.Empty(one.World.Looks);
        Assert.Empty(one.Log.Lines);
    }, one => Assert.NotNull(one.Memory.TryAcquireAsync(DiscoverInstances.LeaseName, "another", 1000 * Minute, default).Result));

    [Fact]
    public void While_storage_is_away_it_goes_on_trying_and_says_so_once() => Simulate("db1:3306", (simulated, one) =>
    {
        simulated.Advance(3 * Minute);
        Assert.StartsWith("Cannot look for the servers of Discovery:Seeds", Assert.Single(one.Log.Lines).Says, StringComparison.Ordinal);
        Assert.Empty(one.World.Looks);
        one.IsAway = false;
        simulated.Until(() => one.Run.IsCompleted, Minute + TimeSpan.FromSeconds(1));
        Assert.Single(one.Stored());
    }, one => one.IsAway = true);

    [Fact]
    public void Without_seeds_nothing_is_read() => Simulate("", (simulated, one) =>
    {
        simulated.Await(one.Run);
        Assert.Empty(one.Log.Lines);
    }, one => one.IsAway = true);

    [Fact]
    public void The_lease_is_given_back_between_two_tries() => Simulate("db9:3306", (simulated, one) =>
    {
        simulated.Advance(TimeSpan.FromSeconds(20));
        Assert.NotNull(one.Memory.TryAcquireAsync(DiscoverInstances.LeaseName, "another", Minute, default).Result);
    });

    [Fact]
    public void Seeds_that_do_not_answer_keep_no_operators_discovery_waiting() =>
        Simulate("dead1:3306, dead2:3306, dead3:3306, dead4:3306, dead5:3306", (simulated, one) =>
        {
            simulated.Advance(TimeSpan.FromSeconds(1));
            var asked = one.AsOperator().RunAsync([World.Primary], "", "dana", default);
            simulated.Until(() => asked.IsCompleted, OperatorDiscovery.Patience + TimeSpan.FromSeconds(2));
            Assert.Equal("", asked.Result.Refusal);
            Assert.Single(one.Stored());
        }, one =>
        {
            var time = one.Time;
            one.World.BeforeLook = key => key.Host.StartsWith("dead", StringComparison.Ordinal)
                ? Task.Delay(TimeSpan.FromSeconds(4), time)
                : Task.CompletedTask;
        });

    [Fact]
    public void Storage_that_is_away_is_said_in_one_line_and_once_although_each_error_has_a_number_of_its_own() =>
        Simulate("db1:3306", (simulated, one) =>
        {
            simulated.Advance(3 * Minute);
            Assert.EndsWith("retrying within a minute: storage is away", Assert.Single(one.Log.Lines).Says, StringComparison.Ordinal);
        }, one =>
        {
            var number = 0;
            one.IsAway = true;
            one.Says = () => $"storage is away\nRequestId:{++number}\nTime:2026-01-01";
        });

    [Fact]
    public void A_lease_that_is_lost_is_said_in_a_sentence_of_its_own() => Simulate("db1:3306", (simulated, one) =>
    {
        simulated.Settle();
        one.Memory.Steal(DiscoverInstances.LeaseName);
        simulated.Advance(TimeSpan.FromSeconds(20));
        Assert.EndsWith(
            "the lease of discovery was lost, because it could not be renewed in storage",
            Assert.Single(one.Log.Lines).Says, StringComparison.Ordinal);
        Assert.False(one.Run.IsCompleted);
    }, one => one.World.BeforeLook = _ => new TaskCompletionSource().Task);

    private static void Simulate(string seeds, Action<SimulatedTime, OneProcess> test, Action<OneProcess>? before = null) =>
        SimulatedTime.Run(World.Noon, simulated =>
        {
            using var stop = new CancellationTokenSource();
            var one = new OneProcess(simulated.Time, seeds);
            before?.Invoke(one);
            one.Start(stop.Token);
            test(simulated, one);
            stop.Cancel();
            simulated.Await(one.Run);
        });

    /// <summary>A process that looks for its seeds and does nothing else.</summary>
    private sealed class OneProcess
    {
        private readonly SeedDiscovery discovery;
        private readonly DiscoverInstances discover;

        public OneProcess(TimeProvider time, string seeds)
        {
            (Time, Memory) = (time, new Memory(time));
            var store = Sometimes.Away<ITopologyStore>(Memory, () => IsAway, () => Says());
            var known = new KnownServers(store, new DiscoveryOptions { Seeds = seeds }.SeedKeys, () => null, time);
            discover = new DiscoverInstances(World, store, Memory, new MoveRight(Memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(2), time, Log);
            discovery = new SeedDiscovery(discover, known, Memory, "p1", TimeSpan.FromSeconds(10), () => Found++, time, Log);
        }

        public TimeProvider Time { get; }
        public World World { get; } = new();
        public Memory Memory { get; }
        public Warnings Log { get; } = new();
        public bool IsAway { get; set; }
        public Func<string> Says { get; set; } = () => "storage is away";
        public int Found { get; private set; }
        public Task Run { get; private set; } = Task.CompletedTask;

        public void Start(CancellationToken cancel) => Run = discovery.RunAsync(cancel);

        public OperatorDiscovery AsOperator() => new(
            discover, Memory, Memory, new DiscoveryLease(Memory, "cli", TimeSpan.FromSeconds(10), Time), (_, _) => Task.CompletedTask, Time);

        public StoredCluster[] Stored() => [.. Memory.ReadAllAsync(default).Result];
    }

    /// <summary>What was said at Warning and above.</summary>
    private sealed class Warnings : ILogger
    {
        private readonly ListLog all = new();

        public (LogLevel Level, string Says)[] Lines => [.. all.Lines.Where(l => l.Level >= LogLevel.Warning)];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            all.Log(logLevel, eventId, state, exception, formatter);
    }
}
