using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Tells other watchers that a cluster's ledger changed, where they have to know it, beside the run that changes it.
/// The ledger itself is stored with the stage; this only makes them read it. Disposing waits for what is under way.
/// </summary>
internal sealed class LedgerNotes(ITopologyStore topologies, ClusterId cluster, Ledger begin, ILogger logger)
    : IAsyncDisposable
{
    private Ledger told = begin;
    private Task telling = Task.CompletedTask;

    public void Note(Ledger kept)
    {
        var isNews = kept.IsSettled != told.IsSettled || kept.SaysNothing != told.SaysNothing
            || (kept.Running.Length == 0 && told.Running.Length > 0)
            || !Former(kept).SetEquals(Former(told));
        told = kept;
        if (isNews) telling = TellAsync(telling, !kept.SaysNothing);
    }

    public async ValueTask DisposeAsync() => await telling;

    private async Task TellAsync(Task before, bool saysSomething)
    {
        await before;
        try
        {
            await topologies.NoteLedgerAsync(cluster, saysSomething, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Watchers read every cluster again after some minutes, and each verdict reads the ledger itself.
            logger.TriedAgain($"telling of the ledger of cluster {cluster}", e);
        }
    }

    private static HashSet<InstanceKey> Former(Ledger ledger) =>
        [.. ledger.Entries.OfType<LedgerEntry.FormerPrimary>().Select(e => e.Key)];
}
