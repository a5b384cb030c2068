using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Flow.Tests.Watching;

public sealed class WatchClustersTests : IAsyncDisposable
{
    private const int Chance = 20;

    private static readonly InstanceKey Db4 = new("db4", 3306);

    private readonly World world = new();
    private readonly MemoryQueue queue = new();
    private readonly Memory memory = new(TimeProvider.System);
    private readonly CancellationTokenSource stop = new();
    private readonly Process process;
    private readonly Rounds rounds;
    private Task running = Task.CompletedTask;

    public WatchClustersTests()
    {
        memory.Store(world.Now);
        process = new Process(world, memory, queue, TimeProvider.System);
        rounds = new Rounds(process.DetectFailures);
    }

    [Fact]
    public async Task A_killed_primary_becomes_one_failure()
    {
        await WatchAsync();
        world.Kill(World.Primary);
        await rounds.UntilAsync(() => queue.Sent.Count > 0);
        await rounds.MoreAsync(Chance);

        var failure = Assert.Single(queue.Sent);
        Assert.Equal((World.Primary, AnalysisCode.DeadPrimary, PlanKinds.DeadPrimary), (failure.Subject, failure.Code, failure.Kind));
    }

    [Fact]
    public async Task One_replica_that_cannot_connect_is_no_failure()
    {
        await WatchAsync();
        world.Link(new InstanceKey("db2", 3306), l => l with { Receiver = ReplicationThread.Connecting, ReceiverErrorNumber = 2003 });
        await rounds.UntilAsync(() => Seen("db2")?.Link?.Receiver == ReplicationThread.Connecting);
        await rounds.MoreAsync(Chance);
        Assert.Empty(queue.Sent);
    }

    [Theory]
    [InlineData(ProbeFailureKind.AuthenticationDenied)]
    [InlineData(ProbeFailureKind.TooManyConnections)]
    [InlineData(ProbeFailureKind.NameNotFound)]
    public async Task A_refusal_is_no_failure_whatever_the_replicas_say(ProbeFailureKind kind)
    {
        await WatchAsync();
        world.Fail(World.Primary, kind);
        foreach (var key in (string[])["db2", "db3", "db4"])
            world.Link(new InstanceKey(key, 3306), l => l with { Receiver = ReplicationThread.Connecting, ReceiverErrorNumber = 2003 });
        await rounds.UntilAsync(() => Topology[World.Primary] is { IsSeen: false } && Topology.ReplicasOf(World.Primary).All(r => r.Current?.Link?.Receiver == ReplicationThread.Connecting));
        await rounds.MoreAsync(Chance);
        Assert.Empty(queue.Sent);
    }

    [Fact]
    public async Task A_primary_that_is_silent_to_us_and_heard_by_its_replicas_is_no_failure()
    {
        await WatchAsync();
        world.Kill(World.Primary, replicasNotice: false);
        await rounds.UntilAsync(() => Topology[World.Primary] is { IsSeen: false });
        await rounds.MoreAsync(Chance);
        Assert.Empty(queue.Sent);
    }

    [Fact]
    public async Task A_former_primary_that_returns_writable_is_a_failure_that_fences_it()
    {
        await WatchAsync();
        world.Kill(World.Primary);
        // Its recovery begins by itself, and what it declared is taken up when the store is read again.
        await rounds.UntilAsync(() => memory.Entries.Count > 0);
        process.Watch.Refresh();
        await rounds.UntilAsync(() => Topology[World.Primary] is { IsFormerPrimary: true });

        world.Revive(World.Primary);
        await rounds.UntilAsync(() => queue.Sent.Count > 1 && world.Now[World.Primary]!.Current!.ReadOnly);

        Assert.Equal((World.Primary, AnalysisCode.ReturnedPrimary, PlanKinds.FenceFormerPrimary), (queue.Sent[1].Subject, queue.Sent[1].Code, queue.Sent[1].Kind));
    }

    [Fact]
    public async Task Of_two_processes_one_watches()
    {
        await WatchAsync();
        var second = new Process(world, memory, queue, TimeProvider.System, name: "p2");
        var standingBy = second.Watch.RunAsync(stop.Token);
        await rounds.MoreAsync(Chance);
        Assert.True(process.Watch.IsWatching);
        Assert.False(second.Watch.IsWatching);
        await stop.CancelAsync();
        await standingBy.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_server_that_a_replica_reports_joins_the_cluster()
    {
        await WatchAsync();
        var added = new InstanceKey("db9", 3306);
        world.Put(t =>
        {
            var db2 = t[new InstanceKey("db2", 3306)]!.Current! with { ReportedReplicas = [added] };
            return t.With([Member.SeenAs(db2, World.Noon), Member.SeenAs(World.Server("db9", db2, true), World.Noon)], World.Noon);
        });
        await rounds.UntilAsync(() => Seen("db9") is not null);
        Assert.Contains((await memory.ReadAllAsync(CancellationToken.None))[0].Members, m => m.Key == added);
    }

    [Fact]
    public void What_others_declare_and_discover_is_taken_up_within_seconds() => SimulatedTime.Run(World.Noon, simulated =>
    {
        var shared = new Memory(simulated.Time);
        shared.Store(world.Now);
        var one = new Process(world, shared, queue, simulated.Time);
        var watching = one.Watch.RunAsync(stop.Token);
        simulated.Until(() => one.Watch.Topologies is [var t] && t.Members.All(m => m.IsSeen), TimeSpan.FromMinutes(1));

        shared.SetPromotionRuleAsync(World.Cluster, World.Primary, PromotionRule.MustNot, default);
        simulated.Until(() => one.Watch.Topologies[0][World.Primary]!.PromotionRule == PromotionRule.MustNot, TimeSpan.FromSeconds(6));
        shared.SaveClusterAsync(new ClusterId("c-new"), "new", default);
        simulated.Until(() => one.Watch.Topologies.Length == 2, TimeSpan.FromSeconds(6));

        stop.Cancel();
        simulated.Await(watching);
    });

    [Fact]
    public void A_forgotten_server_that_a_source_still_names_comes_back_when_it_replicates() => SimulatedTime.Run(World.Noon, simulated =>
    {
        var (shared, gone) = (new Memory(simulated.Time), new InstanceKey("db4", 3306));
        shared.Store(world.Now);
        var one = new Process(world, shared, queue, simulated.Time);
        var watching = one.Watch.RunAsync(stop.Token);
        simulated.Until(() => one.Watch.Topologies is [var t] && t.Members.All(m => m.IsSeen), TimeSpan.FromMinutes(1));
        world.Put(t => t.With(Member.SeenAs(t[gone]!.Current! with { Links = [] }, World.Noon)));

        shared.ForgetAsync(World.Cluster, [gone], default);
        simulated.Until(() => one.Watch.Topologies[0][gone] is null, TimeSpan.FromSeconds(6));
        // The primary names it all the time, and what is mentioned is followed once a minute.
        simulated.Advance(TimeSpan.FromMinutes(3));
        Assert.Null(Assert.Single(one.Watch.Topologies)[gone]);
        Assert.Single(shared.ReadAllAsync(default).Result);

        world.Put(t => t.With(Member.SeenAs(World.Server("db4", t[World.Primary]!.Current, true), World.Noon)));
        simulated.Until(() => one.Watch.Topologies[0][gone] is { IsSeen: true }, TimeSpan.FromMinutes(2));

        stop.Cancel();
        simulated.Await(watching);
    });

    /// <summary>A discovery died between its writes.</summary>
    [Fact]
    public async Task A_server_that_two_clusters_hold_is_put_where_it_belongs()
    {
        memory.Store(new Topology(new ClusterId("c-other"), World.Noon, [world.Now[Db4]!]));
        running = process.Watch.RunAsync(stop.Token);
        await rounds.UntilAsync(() => memory.ReadAllAsync(default).Result is [var only] && only.Id == World.Cluster && only.Members.Length == 4);
    }

    /// <summary>Both would act on it: neither does before it is seen where it belongs.</summary>
    [Fact]
    public async Task Neither_of_two_clusters_that_hold_one_server_acts_by_itself()
    {
        memory.Store(new Topology(new ClusterId("c-other"), World.Noon, [world.Now[Db4]!]));
        world.Fail(Db4, ProbeFailureKind.TimedOut);
        running = process.Watch.RunAsync(stop.Token);
        await rounds.UntilAsync(() => process.Watch.Topologies.Length == 2);
        world.Kill(World.Primary, replicasNotice: false);
        foreach (var key in (string[])["db2", "db3"])
            world.Link(new InstanceKey(key, 3306), l => l with { Receiver = ReplicationThread.Connecting, ReceiverErrorNumber = 2003 });
        await rounds.UntilAsync(() => Held("db4:3306 stands in cluster c-other too, and two clusters would act on it"));
        await rounds.MoreAsync(Chance);
        Assert.Empty(queue.Sent);
    }

    private bool Held(string because) => memory.ReadRecentAsync(World.Cluster, 10, default).Result
        .Any(r => r.Recovery.Outcome is RecoveryOutcome.Held held && held.Says.Contains(because, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        stop.Dispose();
    }

    private Topology Topology => process.Watch.Topologies is [var one] ? one : new Topology(World.Cluster, World.Noon, []);

    private Instance? Seen(string host) => Topology[new InstanceKey(host, 3306)]?.Current;

    private async Task WatchAsync()
    {
        running = process.Watch.RunAsync(stop.Token);
        await rounds.UntilAsync(() => Topology.Members is { Length: 4 } members && members.All(m => m.IsSeen));
    }
}
