using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Notifying;

public sealed class NoticeDeliveryTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Hearing hearing = new();
    private readonly FakeTimeProvider time;
    private readonly MemoryNotices rows;
    private readonly Listener room;

    public NoticeDeliveryTests() => (time, rows, room) = (hearing.Time, hearing.Rows, hearing.Room);

    [Fact]
    public async Task A_receiver_that_is_away_for_an_hour_hears_everything_once_and_in_order()
    {
        room.Answer = _ => Task.FromResult<Delivery>(new Delivery.Later("answered 503"));
        var process = hearing.NewProcess();
        await hearing.FailOverAsync(process);
        // A few seconds of trying at once, then once a round.
        for (var second = 0; second < 600 && room.Tries < 4; second++) hearing.Step();
        for (var round = 0; round < 60; round++)
        {
            time.Advance(Minute);
            await process.Notices!.CatchUpAsync(None);
        }
        Assert.InRange(room.Tries, 60, 70);
        Assert.Empty(room.Heard);

        room.Answer = _ => Task.FromResult<Delivery>(new Delivery.Done());
        time.Advance(Minute);
        await process.Notices!.CatchUpAsync(None);
        Assert.Equal(Hearing.WholeFailover, room.Types);
        Assert.Empty(rows.Rows);
        Assert.Empty(hearing.GivenUp);
    }

    [Fact]
    public async Task After_a_day_it_is_given_up_and_the_audit_log_says_so()
    {
        room.Answer = _ => Task.FromResult<Delivery>(new Delivery.Later("answered 503"));
        await hearing.FailOverAsync(hearing.NewDyingProcess());
        var next = hearing.NewProcess();
        time.Advance(TimeSpan.FromHours(23));
        await next.Notices!.CatchUpAsync(None);
        Assert.Single(rows.Rows);

        time.Advance(TimeSpan.FromHours(1));
        await next.Notices.CatchUpAsync(None);
        Assert.Empty(rows.Rows);
        Assert.Equal(["f1/recovery-began to https://room: not brought there within 24 hours", "f1/recovery-ended to https://room: not brought there within 24 hours"], hearing.GivenUp);
    }

    [Fact]
    public async Task What_is_refused_for_good_is_not_brought_again_and_what_follows_is()
    {
        room.Answer = notice => Task.FromResult<Delivery>(notice.Type == NoticeType.RecoveryBegan ? new Delivery.Refused("answered 400") : new Delivery.Done());
        await hearing.FailOverAsync(hearing.NewProcess());
        hearing.Until(() => rows.Rows.Length == 0);
        Assert.Equal([NoticeType.RecoveryEnded], room.Types);
        Assert.Equal(2, room.Tries);
        Assert.Equal("f1/recovery-began to https://room: refused: answered 400", Assert.Single(hearing.GivenUp));
    }

    [Fact]
    public async Task Recoveries_and_addresses_do_not_wait_for_each_other()
    {
        var other = new Listener("other");
        room.Answer = notice => notice.Recovery == "h1" ? new TaskCompletionSource<Delivery>().Task : Task.FromResult<Delivery>(new Delivery.Done());
        var process = hearing.NewProcess(room, other);
        process.Notices!.Note(Hearing.Held("h1", "one reason"));
        process.Notices.Note(Hearing.Held("h2", "another reason"));
        hearing.Until(() => room.Heard.Length == 1 && other.Heard.Length == 2);
        Assert.Equal("h2", room.Heard[0].Recovery);
        hearing.Until(() => rows.Rows.Length == 1);
        Assert.Equal(("h1", "room"), (rows.Rows[0].Recovery, rows.Rows[0].To));
    }

    [Fact]
    public async Task A_receiver_that_asks_for_a_pause_gets_it()
    {
        room.Answer = _ => Task.FromResult<Delivery>(new Delivery.Later("answered 429", TimeSpan.FromMinutes(3)));
        var process = hearing.NewProcess();
        process.Notices!.Note(Hearing.Held("h1", "one reason"));
        hearing.Until(() => room.Tries == 1);
        // The few tries at once pass without one.
        for (var second = 0; second < 40; second++) hearing.Step();
        Assert.Equal(1, room.Tries);
        room.Answer = _ => Task.FromResult<Delivery>(new Delivery.Done());
        time.Advance(Minute * 3);
        await process.Notices.CatchUpAsync(None);
        Assert.Equal([NoticeType.FailureHeld], room.Types);
    }

    [Fact]
    public async Task However_often_a_receiver_asks_for_a_pause_a_day_is_all_there_is()
    {
        foreach (var i in Enumerable.Range(0, 50)) await rows.AddAsync(new OutboxEntry($"h{i}", "room", World.Cluster, time.GetUtcNow(), Hearing.Held($"h{i}", "one reason")), None);
        room.Answer = _ => Task.FromResult<Delivery>(new Delivery.Later("answered 429", TimeSpan.FromMinutes(30)));
        var process = hearing.NewProcess();
        for (var minute = 0; minute < 60 * 25; minute++)
        {
            time.Advance(Minute);
            await process.Notices!.CatchUpAsync(None);
        }
        Assert.Empty(rows.Rows);
        Assert.Equal(50, hearing.GivenUp.Length);
        // Some try at once, before the first has asked for a pause.
        Assert.InRange(room.Tries, 24 * 12, 24 * 12 * 5);
    }

    [Fact]
    public async Task When_much_is_to_be_told_at_once_a_few_requests_are_open_and_the_others_wait()
    {
        var open = 0;
        var answer = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        room.Answer = _ =>
        {
            Interlocked.Increment(ref open);
            return answer.Task;
        };
        var process = hearing.NewProcess();
        foreach (var i in Enumerable.Range(0, 200)) process.Notices!.Note(Hearing.Held($"h{i}", "one reason"));
        hearing.Until(() => Volatile.Read(ref open) == 4);
        for (var second = 0; second < 20; second++) hearing.Step();
        Assert.Equal(4, Volatile.Read(ref open));
        answer.SetResult(new Delivery.Done());
        hearing.Until(() => room.Heard.Length == 200 && rows.Rows.Length == 0);
        await process.Notices!.QuietAsync(Minute).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task While_a_receiver_wants_its_pause_the_store_is_not_asked()
    {
        var added = 0;
        rows.BeforeAdd = () =>
        {
            Interlocked.Increment(ref added);
            return Task.CompletedTask;
        };
        room.Answer = _ => Task.FromResult<Delivery>(new Delivery.Later("answered 429", TimeSpan.FromMinutes(3)));
        var process = hearing.NewProcess();
        foreach (var i in Enumerable.Range(0, 20)) process.Notices!.Note(Hearing.Held($"h{i}", "one reason"));
        for (var second = 0; second < 30; second++) hearing.Step();
        await process.Notices!.QuietAsync(Minute).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(20, Volatile.Read(ref added));
        Assert.InRange(room.Tries, 1, 4);
    }

    [Fact]
    public async Task What_another_process_told_meanwhile_is_not_told_from_the_beginning()
    {
        var answer = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = new Listener { Answer = _ => answer.Task };
        await hearing.FailOverAsync(hearing.NewProcess(slow));
        hearing.Until(() => slow.Tries == 1);
        time.Advance(Minute * 3);
        await hearing.NewProcess(room).Notices!.CatchUpAsync(None);
        Assert.Equal(Hearing.WholeFailover, room.Types);
        answer.SetResult(new Delivery.Done());
        hearing.Until(() => slow.Heard.Length > 0);
        for (var second = 0; second < 20; second++) hearing.Step();
        Assert.Equal([NoticeType.RecoveryBegan], slow.Types);
        Assert.Empty(rows.Rows);
    }

    [Fact]
    public async Task A_row_whose_recovery_is_nowhere_is_given_up_after_a_day()
    {
        await rows.AddAsync(new OutboxEntry("r-gone", "room", World.Cluster, time.GetUtcNow()), None);
        var process = hearing.NewProcess();
        foreach (var (hours, left) in new[] { (23, 1), (1, 0) })
        {
            time.Advance(TimeSpan.FromHours(hours));
            await process.Notices!.CatchUpAsync(None);
            Assert.Equal(left, rows.Rows.Length);
        }
        Assert.Equal(0, room.Tries);
    }

    [Fact]
    public async Task Who_ends_waits_for_what_is_being_told_but_not_for_ever()
    {
        room.Answer = _ => new TaskCompletionSource<Delivery>().Task;
        var process = hearing.NewProcess();
        await process.Notices!.QuietAsync(Minute).WaitAsync(TimeSpan.FromSeconds(30));
        process.Notices.Note(Hearing.Held("h1", "one reason"));
        hearing.Until(() => room.Tries == 1);
        var quiet = process.Notices.QuietAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(quiet.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await quiet.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
