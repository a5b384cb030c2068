using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Notifying;

/// <summary>
/// Brings notices to one address: at least once, those of a recovery in their order, and nobody waits for it.
/// </summary>
internal sealed class NoticeDelivery(
    INoticeSink sink, INoticeOutbox store, ITopologyStore topologies, IAuditLog audit, TimeProvider time,
    ILogger logger)
{
    /// <summary>Who gives up in the audit log.</summary>
    public const string Actor = "notices";

    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(1);

    /// <summary>
    /// A row so young is still told by the process that wrote it: its tries last about two minutes at the longest
    /// timeout.
    /// </summary>
    public static readonly TimeSpan LeftAlone = TimeSpan.FromSeconds(150);

    private const int SideBySide = 4;

    // A failover is mostly over by then: it has the process for itself.
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    // After these the net goes on.
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    private static readonly TimeSpan QuietMost = TimeSpan.FromMinutes(5), RoundMost = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, Recovery> news = new();
    private readonly ConcurrentDictionary<Task, bool> bringing = new();

    // So many at once: when a whole room dies there is much to tell, and other things matter more.
    private readonly Channel<bool> turns = Channel.CreateBounded<bool>(SideBySide);
    private long quietUntil;

    /// <summary>Ends when nothing is being told here.</summary>
    public Task Quiet => Task.WhenAll(bringing.Keys);

    public bool Wants(IEnumerable<Notice> notices) => notices.Any(n => sink.Wants(n.Type));

    public Task AddAsync(Recovery recovery, CancellationToken cancel) => store.AddAsync(RowOf(recovery), cancel);

    /// <summary>There is more to tell of a stored recovery. Returns at once, and begins a moment later.</summary>
    /// <param name="isAdded">For a held one: its row is there.</param>
    public void Take(Recovery recovery, bool isAdded)
    {
        var row = RowOf(recovery);
        // Whoever tells of it already takes the newer record along.
        var isNew = false;
        news.AddOrUpdate(row.Key, _ => (isNew = true, recovery).recovery, (_, _) => (isNew = false, recovery).recovery);
        if (!isNew) return;
        var task = BringAsync(row, isAdded);
        bringing[task] = true;
        _ = ForgetAsync(task);
    }

    /// <summary>One try for each row that nobody is telling.</summary>
    public Task CatchUpAsync(ImmutableArray<OutboxEntry> rows, IRecoveryStore recoveries, CancellationToken cancel)
    {
        var (began, now) = (time.GetTimestamp(), time.GetUtcNow());
        var mine = rows.Where(r => r.To == sink.Mark && !news.ContainsKey(r.Key) && now - r.Since >= LeftAlone);
        var left = new ConcurrentQueue<OutboxEntry>(mine);
        return Task.WhenAll(Enumerable.Range(0, SideBySide).Select(_ => TellEachAsync()));

        async Task TellEachAsync()
        {
            // What is left waits for the next round: the caller has other things to look after.
            while (time.GetElapsedTime(began) <= RoundMost && left.TryDequeue(out var row))
            {
                cancel.ThrowIfCancellationRequested();
                await OrLaterAsync(row, () => TryAsync(row), cancel);
            }
        }

        async Task<bool> TryAsync(OutboxEntry row)
        {
            var recovery = row.Held ?? (await recoveries.ReadAsync(row.Recovery, cancel, row.Cluster))?.Recovery;
            return recovery is null || now - row.Since > 2 * GivenUpAfter
                ? await ForgetAsync(row, now, cancel)
                : (await TellAsync(row, recovery, cancel)).IsTold;
        }
    }

    private async Task ForgetAsync(Task brought)
    {
        await brought.Ended();
        bringing.TryRemove(brought, out var _);
    }

    private async Task BringAsync(OutboxEntry row, bool isAdded)
    {
        // Nobody waits for it.
        await Task.Yield();
        // Nobody comes back to a held one, and nothing is in a hurry beside it. Added once: a row that is gone
        // afterwards was told by another process.
        OutboxEntry? added = null;
        if (row.Held is not null && !isAdded)
            await InTurnAsync(row, async () => (added = await store.AddAsync(row, CancellationToken.None)) is not null);
        await Task.Delay(Breath, time);
        var attempt = 0;
        while (news.TryGetValue(row.Key, out var recovery))
        {
            var isTold = await InTurnAsync(row, async () =>
            {
                (var told, added) = await TellAsync(
                    added ?? await store.AddAsync(row, CancellationToken.None), recovery, CancellationToken.None);
                return told;
            });
            if (!isTold && attempt < Pauses.Length) await Task.Delay(Pauses[attempt++], time);
            // Kept when more came meanwhile.
            else if (!news.TryRemove(KeyValuePair.Create(row.Key, recovery))) attempt = 0;
        }
    }

    private async Task<bool> InTurnAsync(OutboxEntry row, Func<Task<bool>> act)
    {
        await turns.Writer.WriteAsync(true);
        try
        {
            return await OrLaterAsync(row, act, CancellationToken.None);
        }
        finally
        {
            turns.Reader.TryRead(out _);
        }
    }

    private bool IsQuiet => time.GetUtcNow().UtcTicks < Interlocked.Read(ref quietUntil);

    /// <summary>Whether there is nothing left to tell for now, and how far it was told.</summary>
    private async Task<(bool IsTold, OutboxEntry Row)> TellAsync(
        OutboxEntry row, Recovery recovery, CancellationToken cancel)
    {
        if (IsQuiet && time.GetUtcNow() - row.Since < GivenUpAfter) return (false, row);
        var alias = (await topologies.ReadAsync(recovery.Cluster, cancel))?.Alias ?? "";
        var notices = Notices.Of(recovery, alias);
        while (row.Told < notices.Length)
        {
            if (sink.Wants(notices[row.Told].Type) && !await IsDoneWithAsync(notices[row.Told], cancel))
                return (false, row);
            row = row with { Told = row.Told + 1 };
            if ((row.Told < notices.Length || !recovery.IsEnded) && !await store.SaveAsync(row, cancel))
                return (true, row);
        }
        if (recovery.IsEnded) await store.RemoveAsync(row, cancel);
        return (true, row);
    }

    private async Task<bool> IsDoneWithAsync(Notice notice, CancellationToken cancel)
    {
        // However often the other side asked for patience, a day is all there is.
        if (time.GetUtcNow() - notice.At >= GivenUpAfter)
        {
            await GiveUpAsync(notice, $"not brought there within {GivenUpAfter.TotalHours:0} hours", cancel);
            return true;
        }
        if (IsQuiet) return false;
        switch (await sink.DeliverAsync(notice, cancel))
        {
            case Delivery.Refused refused:
                await GiveUpAsync(notice, $"refused: {refused.Because}", cancel);
                return true;
            case Delivery.Later later:
                logger.NotDelivered(notice.Id, sink.Name, later.Because);
                if (later.After is { } wait)
                    Interlocked.Exchange(
                        ref quietUntil, (time.GetUtcNow() + (wait < QuietMost ? wait : QuietMost)).UtcTicks);
                return false;
            default:
                return true;
        }
    }

    private async Task GiveUpAsync(Notice notice, string because, CancellationToken cancel)
    {
        logger.NoticeGivenUp(notice.Id, sink.Name, because);
        var entry = new AuditEntry(
            time.GetUtcNow(), Actor, "notice given up", notice.Cluster, notice.Subject,
            $"{notice.Id} to {sink.Name}: {because}");
        await audit.WriteAsync(entry, cancel);
    }

    // Not begun yet, written by a version this one cannot read, forgotten with its cluster, or something breaks at
    // every try.
    private async Task<bool> ForgetAsync(OutboxEntry row, DateTimeOffset now, CancellationToken cancel)
    {
        if (now - row.Since < GivenUpAfter) return false;
        logger.NoticeGivenUp(row.Recovery, sink.Name, "no such recovery can be read, or telling of it breaks");
        await store.RemoveAsync(row, cancel);
        return true;
    }

    private async Task<bool> OrLaterAsync(OutboxEntry row, Func<Task<bool>> act, CancellationToken cancel)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.Retrying($"tell {sink.Name} of recovery {row.Recovery}", e);
            return false;
        }
    }

    private OutboxEntry RowOf(Recovery recovery) =>
        new(recovery.Id, sink.Mark, recovery.Cluster, time.GetUtcNow(), recovery.IsHeld ? recovery : null);
}
