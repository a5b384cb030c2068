using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Tells other watchers that a cluster's ledger changed, where they have to know it, beside the run that changes it.
/// The ledger itself is stored with the stage; this only makes them read it, so it has time until a plain failover is
/// over. Disposing tells what is left to tell.
/// </summary>
internal sealed class LedgerNotes(
    ITopologyStore topologies, ClusterId cluster, Ledger begin, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource over = new();
    private Ledger told = begin, kept = begin;
    private bool isEndDue;
    private Task telling = Task.CompletedTask;

    public void Note(Ledger ledger)
    {
        lock (gate)
        {
            kept = ledger;
            // Whoever read it meanwhile holds that a recovery runs, and does nothing until that has ended.
            isEndDue |= ledger.Running.Length > 0;
            if (telling.IsCompleted && IsNews()) telling = TellLaterAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await telling;
        await TellAsync();
        over.Dispose();
    }

    private async Task TellLaterAsync()
    {
        while (HasNews && !over.IsCancellationRequested)
        {
            var waiting = Task.Delay(Later, time, over.Token);
            await waiting.Ended();
            if (!over.IsCancellationRequested) await TellAsync();
        }
    }

    private bool HasNews
    {
        get
        {
            lock (gate) return IsNews();
        }
    }

    private async Task TellAsync()
    {
        Ledger now;
        lock (gate)
        {
            if (!IsNews()) return;
            told = now = kept;
            isEndDue &= now.Running.Length > 0;
        }
        try
        {
            await topologies.NoteLedgerAsync(cluster, !now.SaysNothing, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Watchers read every cluster again after some minutes, and each verdict reads the ledger itself.
            logger.Retrying($"tell others of the ledger of cluster {cluster}", e);
        }
    }

    private bool IsNews() =>
        kept.IsSettled != told.IsSettled || kept.SaysNothing != told.SaysNothing
        || (isEndDue && kept.Running.Length == 0)
        || !Former(kept).SetEquals(Former(told));

    private static HashSet<InstanceKey> Former(Ledger ledger) =>
        [.. ledger.Entries.OfType<LedgerEntry.FormerPrimary>().Select(e => e.Key)];
}
