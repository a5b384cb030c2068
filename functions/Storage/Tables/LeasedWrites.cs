using Azure;
using Azure.Data.Tables;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Leases;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>Writes that are done only while the lease of their cluster is held.</summary>
internal sealed class LeasedWrites(TableClient table, LeaseRows leases)
{
    private const int Attempts = 8;

    // One transaction, and one round trip while the remembered ETag of the lease is right. A renewal elsewhere in this
    // process makes it wrong without the lease being lost.
    public async Task<WriteOutcome> WriteAsync(
        Lease lease, TableTransactionAction[] actions, CancellationToken cancel, bool isLastConditional = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await leases.TagAsync(lease, afresh: attempt > 1, cancel) is not { } tag) return WriteOutcome.LeaseLost;
            try
            {
                var answers = await table.CommitAsync([LeaseRows.Check(lease, tag), .. actions], cancel);
                leases.Remember(lease, answers[0]);
                return WriteOutcome.Written;
            }
            catch (TableTransactionFailedException e) when (
                isLastConditional && e.FailedTransactionActionIndex == actions.Length && IsAnother(e))
            {
                return WriteOutcome.Outdated;
            }
            catch (RequestFailedException e) when (attempt < Attempts && (e.IsStale() || IsWithoutLease(e)))
            {
                // Read the lease afresh.
            }
        }
    }

    private static bool IsAnother(RequestFailedException e) => e.IsStale() || e.IsExistingRow() || e.IsMissingRow();

    private static bool IsWithoutLease(RequestFailedException e) =>
        e is TableTransactionFailedException { FailedTransactionActionIndex: 0 } && e.IsMissingRow();
}
