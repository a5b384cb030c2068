using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Notifying;

public sealed class SendNoticesTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    /// <summary>A row so old is nobody's any more.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(3);

    private readonly Hearing hearing = new();
    private readonly FakeTimeProvider time;
    private readonly World world;
    private readonly MemoryNotices rows;
    private readonly Listener room;
    private readonly Memory memory;

    public SendNoticesTests() => (time, world, rows, room, memory) = (hearing.Time, hearing.World, hearing.Rows, hearing.Room, hearing.Memory);

    [Fact]
    public async Task A_failover_is_told_when_it_begins_and_when_it_ends_and_then_nothing_is_kept()
    {
        await hearing.FailOverAsync(hearing.NewProcess());
        hearing.Until(() => rows.Rows.Length == 0);
        Assert.Equal(Hearing.WholeFailover, room.Types);
        Assert.All(room.Heard, n => Assert.Equal("shop", n.Alias));
        Assert.Equal(new("db2", 3306), room.Heard[^1].Successor);
    }

    [Fact]
    public async Task What_a_process_did_not_tell_before_it_died_is_told_by_another()
    {
        await hearing.FailOverAsync(hearing.NewDyingProcess());
        var next = hearing.NewProcess();
        await next.Notices!.CatchUpAsync(None);
        Assert.Empty(room.Heard); // it may still be at it

        time.Advance(Later);
        await next.Notices.CatchUpAsync(None);
        Assert.Equal(Hearing.WholeFailover, room.Types);
        Assert.Empty(rows.Rows);
        await next.Notices.CatchUpAsync(None);
        Assert.Equal(2, room.Heard.Length);
    }

    [Fact]
    public async Task An_end_that_was_not_stored_is_not_told_until_it_is()
    {
        world.Kill(World.Primary);
        var dying = hearing.NewDyingProcess().Recover;
        var ending = false;
        var tell = dying.Records.Ending!;
        dying.Records.Ending = async (recovery, cancel) =>
        {
            await tell(recovery, cancel);
            ending = true;
        };
        memory.BeforeWrite = _ =>
        {
            if (ending) throw new ProcessDied();
        };
        await Assert.ThrowsAsync<ProcessDied>(() => dying.RunAsync(Process.DeadPrimary(), None));
        memory.BeforeWrite = _ => { };
        Assert.Single(rows.Rows);

        time.Advance(Later);
        var next = hearing.NewProcess();
        await next.Notices!.CatchUpAsync(None);
        Assert.Equal([NoticeType.RecoveryBegan], room.Types);
        Assert.Single(rows.Rows);

        await next.Runs.TakeUpAsync(None);
        hearing.Until(() => rows.Rows.Length == 0);
        Assert.Equal(Hearing.WholeFailover, room.Types);
    }

    [Fact]
    public async Task A_process_that_died_before_it_noted_the_beginning_is_made_up_for_by_the_one_that_goes_on()
    {
        world.Kill(World.Primary);
        memory.BeforeWrite = n =>
        {
            if (n == 2) throw new ProcessDied();
        };
        var dying = new Process(world, memory, new MemoryQueue(), time, name: "p0");
        await Assert.ThrowsAsync<ProcessDied>(() => dying.Recover.RunAsync(Process.DeadPrimary(), None));
        memory.BeforeWrite = _ => { };
        time.Advance(Later);
        await hearing.NewProcess().Runs.TakeUpAsync(None);
        hearing.Until(() => rows.Rows.Length == 0);
        Assert.Equal(Hearing.WholeFailover, room.Types);
    }

    [Fact]
    public async Task A_standing_hold_that_is_recorded_again_and_again_is_told_once_for_each_reason()
    {
        memory.RecoveryEnabled = false;
        world.Kill(World.Primary);
        var process = hearing.NewProcess();
        var cluster = await hearing.LookAsync();
        for (var look = 0; look < 5; look++, time.Advance(TimeSpan.FromSeconds(6))) await process.DetectFailures.JudgeAsync(cluster, None);
        hearing.Until(() => room.Heard.Length == 1);

        // The same reason, found by whoever takes up a message.
        await process.Recover.RunAsync(Process.DeadPrimary("f1"), None);
        for (var second = 0; second < 10; second++) hearing.Step();
        Assert.Equal([NoticeType.FailureHeld], room.Types);
        Assert.Contains("disabled", room.Heard[0].Says, StringComparison.Ordinal);
        Assert.Empty(rows.Rows);
    }

    [Fact]
    public async Task A_hold_that_came_by_message_is_noted_before_the_message_is_done_with_and_told_once()
    {
        memory.RecoveryEnabled = false;
        world.Kill(World.Primary);
        await hearing.NewDyingProcess().Recover.RunAsync(Process.DeadPrimary(), None);
        Assert.Single(rows.Rows);
        // Delivered again, because the process died; and found again by somebody else.
        await hearing.NewDyingProcess().Recover.RunAsync(Process.DeadPrimary(), None);
        await hearing.NewDyingProcess().Recover.RunAsync(Process.DeadPrimary("f2"), None);
        time.Advance(Later);
        await hearing.NewProcess().Notices!.CatchUpAsync(None);
        Assert.Equal([NoticeType.FailureHeld], room.Types);
        Assert.Empty(rows.Rows);
    }

    [Fact]
    public async Task A_hold_the_store_would_not_take_is_told_when_it_does()
    {
        memory.RecoveryEnabled = false;
        world.Kill(World.Primary);
        var isAway = false;
        var process = new Process(world, memory, new MemoryQueue(), time, isAway: () => isAway, notices: new NoticePorts(rows, [room]));
        var told = new List<Recovery>();
        process.DetectFailures.Held += told.Add;
        var cluster = await hearing.LookAsync();
        isAway = true;
        await process.DetectFailures.JudgeAsync(cluster, None);
        Assert.Empty(told);
        isAway = false;
        time.Advance(TimeSpan.FromSeconds(6));
        await process.DetectFailures.JudgeAsync(cluster, None);
        Assert.Single(told);
    }

    [Fact]
    public async Task An_operator_is_asked_in_the_room_too()
    {
        world.Kill(World.Primary);
        var process = new Process(world, memory, new MemoryQueue(), time, policy: new RecoveryPolicy { HasReplicationAccount = true, ApproveClusters = ["*"] }, notices: new NoticePorts(rows, [room]));
        Assert.Equal(RunStatus.AwaitsApproval, (await process.Recover.RunAsync(Process.DeadPrimary(), None)).End);
        hearing.Until(() => room.Heard.Length == 2);
        Assert.Equal(new("db2", 3306), room.Heard[1].Candidate);
        // Looking again whether it still waits tells nothing again.
        await process.Recover.ResumeAsync(World.Cluster, None);
        await process.Recover.TellAsync(World.Cluster, "f1", new OperatorSignal(SignalKind.Approve, "ann", "", time.GetUtcNow()), None);
        hearing.Until(() => rows.Rows.Length == 0);
        Assert.Equal([NoticeType.RecoveryBegan, NoticeType.ApprovalAsked, NoticeType.RecoveryEnded], room.Types);
    }

    [Fact]
    public async Task Who_wants_only_ends_hears_only_ends_and_costs_nothing_before()
    {
        room.Interest = type => type == NoticeType.RecoveryEnded;
        world.BeforeStep = _ =>
        {
            Assert.Empty(rows.Rows);
            return Task.CompletedTask;
        };
        await hearing.FailOverAsync(hearing.NewProcess());
        hearing.Until(() => rows.Rows.Length == 0);
        Assert.Equal([NoticeType.RecoveryEnded], room.Types);
    }

    [Fact]
    public async Task A_recovery_does_not_wait_for_a_receiver_that_hangs()
    {
        room.Answer = _ => new TaskCompletionSource<Delivery>().Task;
        await hearing.FailOverAsync(hearing.NewProcess());
        Assert.Single(rows.Rows);
    }

    [Fact]
    public async Task A_promotion_does_not_wait_for_the_store_of_notices_either()
    {
        var isBack = new TaskCompletionSource();
        rows.BeforeAdd = () => isBack.Task;
        world.Kill(World.Primary);
        var running = hearing.NewProcess().Recover.RunAsync(Process.DeadPrimary(), None);
        hearing.Until(() => world.Ran.ToArray().OfType<SetWritable>().Any());
        Assert.False(running.IsCompleted);
        isBack.SetResult();
        Assert.Equal(RunStatus.Ended, (await running).End);
    }

    [Fact]
    public async Task A_recovery_ends_although_nothing_can_be_stored_for_its_notices()
    {
        rows.BeforeAdd = () => throw new InvalidOperationException("storage is away");
        await hearing.FailOverAsync(hearing.NewProcess());
        Assert.Empty(room.Heard);
    }

    [Fact]
    public async Task Practice_is_told_to_nobody()
    {
        var process = hearing.NewProcess();
        process.Notices!.Note(Hearing.Held("h1", "practised") with { Cluster = PracticeCluster.Id });
        await process.Notices.QuietAsync(Later);
        Assert.Empty(rows.Rows);
        Assert.Equal(0, room.Tries);
    }

    [Fact]
    public void Where_nobody_wants_to_hear_nothing_is_stored_read_or_run()
    {
        foreach (var ports in new[] { null, new NoticePorts(Broken.Of<INoticeOutbox>(), []) })
        {
            var flow = new Flows(
                new FlowPorts(world, world, world, memory, memory, memory, memory, memory, new MemoryQueue(), ports) { Chance = Random.Shared, Pools = memory, Tokens = memory },
                new FlowSettings(), true, "p1", time, NullLogger.Instance);
            Assert.Null(flow.Notices);
            Assert.Null(flow.Recover.Records.Ending);
        }
    }

    [Fact]
    public async Task What_is_for_another_address_is_left_for_a_month_to_whoever_knows_it()
    {
        await rows.AddAsync(new OutboxEntry("r-1", "another", World.Cluster, time.GetUtcNow()), None);
        var process = hearing.NewProcess();
        foreach (var (days, left) in new[] { (30, 1), (1, 0) })
        {
            time.Advance(TimeSpan.FromDays(days));
            await process.Notices!.CatchUpAsync(None);
            Assert.Equal(left, rows.Rows.Length);
        }
    }
}
