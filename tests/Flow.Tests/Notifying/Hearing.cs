using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Notifying;

/// <summary>A world with a room that hears of it.</summary>
internal sealed class Hearing
{
    private static readonly SemaphoreSlim Never = new(0);

    public static readonly string[] WholeFailover = [NoticeType.RecoveryBegan, NoticeType.RecoveryEnded];

    public Hearing()
    {
        Memory = new Memory(Time);
        Memory.Store(World.Now);
        Memory.SaveClusterAsync(World.Cluster, "shop", default);
    }

    public FakeTimeProvider Time { get; } = new(World.Noon);
    public World World { get; } = new();
    public MemoryNotices Rows { get; } = new();
    public Listener Room { get; } = new();
    public Memory Memory { get; }

    /// <summary>What was given up.</summary>
    public string[] GivenUp => [.. Memory.Entries.Where(e => e.Act == "notice given up").Select(e => e.Says)];

    public Process NewProcess(params INoticeSink[] sinks) =>
        new(World, Memory, new MemoryQueue(), Time, notices: new NoticePorts(Rows, sinks.Length == 0 ? [Room] : [.. sinks]));

    /// <summary>One that dies when its recovery is over: its clock stands still, so it comes to tell nothing.</summary>
    public Process NewDyingProcess() => new(World, Memory, new MemoryQueue(), new FakeTimeProvider(World.Noon), name: "p0", notices: new NoticePorts(Rows, [Room]));

    public async Task FailOverAsync(Process process)
    {
        World.Kill(World.Primary);
        var result = await process.Recover.RunAsync(Process.DeadPrimary(), default);
        Assert.IsType<RecoveryOutcome.Promoted>(result.Recovery!.Outcome);
    }

    /// <summary>The cluster as a watcher sees it now.</summary>
    public async Task<LiveCluster> LookAsync()
    {
        var awake = new StallAwareClock(Time);
        var cluster = new LiveCluster((await ((ITopologyStore)Memory).ReadAsync(World.Cluster, default))!, Time, awake);
        foreach (var member in World.Now.Members) cluster.Observe(member.Key, member.Outcome, awake.Now);
        return cluster;
    }

    public static Recovery Held(string id, string because) =>
        DetectFailures.RecoveryOf(Process.DeadPrimary(id), new RecoveryPolicy()).With(new StageRecord(PlanStage.End("held", new RecoveryOutcome.Held(new(because, "that"))), 0, World.Noon, []));

    /// <summary>What is told is told by other threads, and not in the first second.</summary>
    public void Until(Func<bool> holds)
    {
        for (var second = 0; second < 3000 && !holds(); second++) Step();
        Assert.True(holds());
    }

    /// <summary>Lets a second pass, and gives other threads a moment to take note.</summary>
    public void Step()
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        Never.Wait(TimeSpan.FromMilliseconds(2));
    }
}
