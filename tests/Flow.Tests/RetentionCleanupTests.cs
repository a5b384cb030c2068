using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests;

public sealed class RetentionCleanupTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void Once_a_day_what_is_old_goes_and_what_is_not_stays() => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        foreach (var days in (int[])[1, 364, 366, 400]) Put(memory, days);
        using var stop = new CancellationTokenSource();
        var running = new RetentionCleanup(memory, memory, new RetentionPolicy(), simulated.Time, NullLogger.Instance).RunDailyAsync(stop.Token);

        simulated.Until(() => memory.Entries.Count == 2, TimeSpan.FromHours(1));
        Assert.Equal(["r-1", "r-364"], memory.ReadRecentAsync(null, 10, None).Result.Select(r => r.Recovery.Id).Order());
        simulated.Time.Advance(TimeSpan.FromDays(3));
        simulated.Await(() => memory.Entries.Count == 1);
        Assert.Equal("r-1", memory.ReadRecentAsync(null, 10, None).Result.Single().Recovery.Id);

        stop.Cancel();
        simulated.Await(running);
    });

    [Fact]
    public async Task A_store_that_is_away_is_asked_again_the_next_time()
    {
        var time = new FakeTimeProvider(World.Noon);
        var memory = new Memory(time);
        Put(memory, 500);
        var isAway = true;
        var clean = new RetentionCleanup(Sometimes.Away<IRecoveryStore>(memory, () => isAway), memory, new RetentionPolicy(), time, NullLogger.Instance);
        await Assert.ThrowsAsync<InvalidOperationException>(() => clean.RunAsync(None));
        isAway = false;
        Assert.Equal((1, 1), await clean.RunAsync(None));
        Assert.Equal((0, 0), await clean.RunAsync(None));
    }

    private static void Put(Memory memory, int daysAgo)
    {
        var at = World.Noon.AddDays(-daysAgo);
        var stage = new StageRecord(PlanStage.End("held", new RecoveryOutcome.Held(new($"tested {daysAgo}", "nothing"))), 0, at, []);
        memory.RecordHeldAsync(new Recovery { Id = $"r-{daysAgo}", Cluster = World.Cluster, Kind = PlanKinds.DeadPrimary, Actor = "a", StartedAt = at, Subject = World.Primary }.With(stage), None);
        memory.Entries.Add(new AuditEntry(at, "ann", "act", null, null, ""));
    }
}
