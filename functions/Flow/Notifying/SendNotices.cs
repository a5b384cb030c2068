using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Notifying;

/// <summary>
/// Tells people and chat rooms what recoveries do and why there are none. Telling follows what is stored and never
/// precedes it, and no recovery waits for it. Who has to be told is stored too, so that the next process goes on where
/// one died.
/// </summary>
public sealed class SendNotices(
    NoticePorts ports, IRecoveryStore recoveries, ITopologyStore topologies, IAuditLog audit, TimeProvider time,
    ILogger logger)
{
    /// <summary>Between two looks for what could not be told, where a process makes them itself.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What is kept for an address that nobody here knows: another process may have it, or it is to come back.
    /// </summary>
    public static readonly TimeSpan KeepForOthers = TimeSpan.FromDays(30);

    private readonly ImmutableArray<NoticeDelivery> couriers =
        [.. ports.Sinks.Select(s => new NoticeDelivery(s, ports.Store, topologies, audit, time, logger))];
    private readonly ConcurrentDictionary<string, int> heard = new();

    /// <summary>Hears of everything from now on.</summary>
    public SendNotices Listening(RecoverCluster recover, DetectFailures verdicts)
    {
        recover.Records.Progress += running => Note(running);
        recover.Records.Held += held => Note(held, isAdded: true);
        recover.Records.Ending = AddAsync;
        verdicts.Held += held => Note(held, isAdded: false);
        return this;
    }

    /// <summary>A recovery as it is stored now. Returns at once.</summary>
    /// <param name="isAdded">It was stored already that there is something to tell.</param>
    public void Note(Recovery stored, bool isAdded = false)
    {
        // Practice is nobody's recovery.
        if (stored.Cluster == PracticeCluster.Id) return;
        var notices = Notices.Of(stored);
        var before = stored.IsHeld ? 0 : heard.GetValueOrDefault(stored.Id);
        if (notices.Length <= before) return;
        if (stored.IsEnded) heard.TryRemove(stored.Id, out _);
        else heard[stored.Id] = notices.Length;
        foreach (var courier in couriers.Where(c => c.Wants(notices.Skip(before)))) courier.Take(stored, isAdded);
    }

    /// <summary>
    /// Before the end of a recovery is stored, or with what is held: nobody comes back to it afterwards. Whatever is
    /// wrong with the store, the recovery goes on.
    /// </summary>
    public async Task AddAsync(Recovery ending, CancellationToken cancel)
    {
        try
        {
            var notices = Notices.Of(ending);
            await Task.WhenAll(couriers.Where(c => c.Wants(notices)).Select(c => c.AddAsync(ending, cancel)));
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.NotNoted(ending.Id, e.Message);
        }
    }

    /// <summary>
    /// One round of the safety net: tells what a process that died, or a receiver that was away, left untold.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        try
        {
            var rows = await ports.Store.ReadAsync(cancel);
            await Task.WhenAll(couriers.Select(c => c.CatchUpAsync(rows, recoveries, cancel)));
            foreach (var row in rows.Where(IsLeftBehind)) await ports.Store.RemoveAsync(row, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.Retrying("send notices", e);
        }
    }

    private bool IsLeftBehind(OutboxEntry row) =>
        ports.Sinks.All(s => s.Mark != row.To) && time.GetUtcNow() - row.Since > KeepForOthers;

    /// <summary>Round after round until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await CatchUpAsync(cancel);
            await Task.Delay(Every, time, cancel);
        }
    }

    /// <summary>Waits for what is being told here, at most so long: what is left is told by the next process.</summary>
    public async Task QuietAsync(TimeSpan most) =>
        await Task.WhenAny(Task.WhenAll(couriers.Select(c => c.Quiet)), Task.Delay(most, time));
}
