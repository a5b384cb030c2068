using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Detecting;

public sealed class SweepUnwatchedTests
{
    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly MemoryQueue queue = new();
    private readonly Memory memory;
    private readonly SweepUnwatched detect;

    public SweepUnwatchedTests()
    {
        memory = new Memory(time);
        detect = new SweepUnwatched(memory, memory, memory, queue, DetectionPolicy.Default, mostAtOnce: 2, time, NullLogger.Instance);
    }

    [Fact]
    public async Task What_a_watcher_wrote_down_and_did_not_act_on_is_sent_when_it_no_longer_beats()
    {
        await BeatAsync();
        world.Kill(World.Primary);
        memory.Store(world.Now);
        Assert.Equal(0, await detect.RunAsync(default));

        time.Advance(SweepUnwatched.StaleAfter + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await detect.RunAsync(default));
        var failure = Assert.Single(queue.Sent);
        Assert.Equal((World.Primary, AnalysisCode.DeadPrimary), (failure.Subject, failure.Code));
    }

    [Fact]
    public async Task The_same_failure_has_the_same_id_for_a_while_and_is_asked_about_anew_later()
    {
        world.Kill(World.Primary);
        memory.Store(world.Now);
        await detect.RunAsync(default);
        time.Advance(TimeSpan.FromMinutes(1));
        await detect.RunAsync(default);
        Assert.Single(queue.Sent.Select(f => f.Id).Distinct());
        Assert.Equal(2, queue.Sent.Count);
        time.Advance(SweepUnwatched.AskAgainAfter);
        await detect.RunAsync(default);
        Assert.Equal(2, queue.Sent.Select(f => f.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(ProbeFailureKind.Other)]
    [InlineData(ProbeFailureKind.OwnError)]
    [InlineData(ProbeFailureKind.AuthenticationDenied)]
    [InlineData(ProbeFailureKind.NameNotFound)]
    public async Task A_stored_failure_that_is_no_evidence_is_not_sent(ProbeFailureKind kind)
    {
        world.Kill(World.Primary);
        world.Fail(World.Primary, kind);
        memory.Store(world.Now);
        Assert.Equal(0, await detect.RunAsync(default));
    }

    [Fact]
    public async Task Stored_silence_counts_as_long_as_it_lasted_when_it_was_written()
    {
        world.Fail(World.Primary, ProbeFailureKind.TimedOut);
        foreach (var replica in world.Now.ReplicasOf(World.Primary)) world.Link(replica.Key, l => l with { SilentFor = TimeSpan.FromSeconds(5) });
        memory.Store(world.Now);
        Assert.Equal(0, await detect.RunAsync(default));

        memory.Store(world.Now.With(world.Now[World.Primary]! with { FailingFor = DetectionPolicy.Default.SilenceConfirmation }));
        Assert.Equal(1, await detect.RunAsync(default));
    }

    [Fact]
    public async Task A_cluster_whose_recovery_is_running_is_left_alone()
    {
        world.Kill(World.Primary);
        memory.Store(world.Now);
        memory.BeforeWrite = n => { if (n == 2) throw new ProcessDied(); };
        await Assert.ThrowsAsync<ProcessDied>(() => new Process(world, memory, queue, time).Recover.RunAsync(Process.DeadPrimary(), default));
        Assert.Equal(0, await detect.RunAsync(default));
    }

    [Fact]
    public async Task A_flood_is_sent_a_few_at_a_time_for_the_breaker_to_count()
    {
        world.Kill(World.Primary);
        foreach (var i in Enumerable.Range(0, 5)) memory.Store(new Topology(new ClusterId($"c-{i}x"), World.Noon, world.Now.Members));
        Assert.Equal(2, await detect.RunAsync(default));
    }

    [Fact]
    public async Task Healthy_clusters_are_no_news()
    {
        memory.Store(world.Now);
        Assert.Equal(0, await detect.RunAsync(default));
    }

    [Fact]
    public async Task Of_a_fleet_in_shards_only_what_nobody_watches_is_looked_at()
    {
        world.Kill(World.Primary);
        memory.Store(world.Now);
        await memory.SaveShardsAsync(2, default);
        var own = Shard.IndexOf(World.Cluster, 2);
        await memory.BeatAsync(Shard.NameOf(own), "p1", time.GetUtcNow(), default);
        Assert.Equal(0, await detect.RunAsync(default));

        time.Advance(SweepUnwatched.StaleAfter + TimeSpan.FromSeconds(1));
        await memory.BeatAsync(Shard.NameOf(1 - own), "p2", time.GetUtcNow(), default);
        Assert.Equal(1, await detect.RunAsync(default));
    }

    private Task BeatAsync() => memory.BeatAsync(Shard.NameOf(0), "p1", time.GetUtcNow(), default);
}
