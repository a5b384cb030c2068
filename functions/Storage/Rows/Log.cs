using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.Storage.Rows;

internal static partial class Log
{
    public static void UnreadableRow(this ILogger log, TableEntity row, string because) =>
        UnreadableRow(log, row.PartitionKey, row.RowKey, because);

    [LoggerMessage(
        1, LogLevel.Warning, "Row {Partition} {Row} cannot be read by this version and is passed over: {Because}")]
    private static partial void UnreadableRow(ILogger log, string partition, string row, string because);

    [LoggerMessage(2, LogLevel.Warning, "Nothing stored for {Subject} of cluster {Cluster}, so {What} was not written")]
    public static partial void NothingToChange(this ILogger log, string cluster, string subject, string what);

    [LoggerMessage(4, LogLevel.Warning, "The note that recovery {Id} began was not written or struck: {Because}")]
    public static partial void NotNoted(this ILogger log, string id, string because);

    [LoggerMessage(3, LogLevel.Warning, "Message {Message} moved to queue {Queue}: {Because}")]
    public static partial void Poisoned(this ILogger log, string message, string queue, string because);
}
