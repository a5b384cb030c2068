using Microsoft.Azure.Functions.Worker;
using OrchestratorFunctions.App.Timers;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests.Timers;

public sealed class DetectTimerTests
{
    private readonly Servers servers = new();

    public DetectTimerTests() => servers.World.Kill(World.Primary);

    [Fact]
    public async Task A_recovery_whose_worker_died_is_taken_up()
    {
        await servers.Room("dead").Flow.Recover.RunAsync(Servers.DeadPrimary(), default, stages: 1);
        await TickAsync();
        Assert.IsType<RecoveryOutcome.Promoted>((await servers.Memory.ReadAsync("f1", default))!.Recovery.Outcome);
        Assert.Empty(servers.Sent.Sent);
    }

    [Fact]
    public async Task A_failure_a_dead_watcher_wrote_down_is_sent()
    {
        servers.Memory.Store(servers.World.Now);
        await TickAsync();
        Assert.Equal(World.Primary, Assert.Single(servers.Sent.Sent).Subject);
        Assert.Empty(servers.World.Ran);
    }

    [Fact]
    public async Task What_was_left_untold_is_told()
    {
        var end = PlanStage.End("held", new RecoveryOutcome.Held(new("somebody said so", "that")));
        var held = DetectFailures.RecoveryOf(Servers.DeadPrimary(), new RecoveryPolicy()).With(new StageRecord(end, 0, World.Noon, []));
        await servers.OutboxEntry.AddAsync(new OutboxEntry(held.Id, servers.Listener.Mark, held.Cluster, servers.Time.GetUtcNow().AddMinutes(-3), held), default);
        await TickAsync();
        Assert.Equal([NoticeType.FailureHeld], servers.Listener.Types);
        Assert.Empty(servers.OutboxEntry.Rows);
    }

    private Task TickAsync() => new DetectTimer(servers.Instance()).RunAsync(new TimerInfo(), default);
}
