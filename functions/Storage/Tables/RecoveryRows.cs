using System.Globalization;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Storage.Tables;

/// <summary>
/// How a recovery lies in the partition of its cluster:
/// <c>log!{newest first}!{id}!0000</c> is its head and <c>…!0001</c> on are its stages, so that one range read gives
/// whole recoveries, newest first; <c>find!recovery!{id}</c> keeps the id from being taken twice and leads to the log;
/// <c>active</c> exists while it runs. A record of why nothing was done is found as <c>find!held!{id}!{newest
/// first}</c>, so that its id stays free for a recovery and for other records.
/// </summary>
internal sealed class RecoveryRows
{
    public const string Log = "log!";
    public const string ActiveKey = "active";

    /// <summary>An operator's word for a recovery that is being run.</summary>
    public const string SignalKey = "word";

    /// <summary>Rows whose key begins with this lead to a log.</summary>
    public const string Pointers = "find!";

    public const string Id = "Id";
    public const string Start = "LogStart";
    public const string StartedAt = "StartedAt";
    public const string WriteToken = "WriteToken";
    public const string TimesSeen = "TimesSeen";
    public const string AcknowledgedBy = "AcknowledgedBy";
    public const string AcknowledgedBecause = "AcknowledgedBecause";

    /// <summary>Of a pointer: the row by which the recovery counts for the limits of its cluster.</summary>
    public const string Past = "Past";

    /// <summary>The version of this program that wrote a row.</summary>
    public const string WrittenBy = "WrittenBy";

    private const string Json = "Json";

    private RecoveryRows(TableEntity pointer, TableEntity head, IReadOnlyList<TableEntity> stages) =>
        (Pointer, Head, Stages) = (pointer, head, stages);

    public TableEntity Pointer { get; }

    public TableEntity Head { get; }

    public IReadOnlyList<TableEntity> Stages { get; }

    public IEnumerable<TableEntity> All => [Pointer, Head, .. Stages];

    public static RecoveryRows Of(Recovery recovery)
    {
        var head = Columns.Row(PartitionOf(recovery.Cluster), HeadKey(LogStart(recovery)))
            .WithJson(Json, recovery with { Stages = [] });
        head[WrittenBy] = Columns.Program;
        var stages = Enumerable.Range(0, recovery.Stages.Length).Select(s => Stage(recovery, s));
        return new RecoveryRows(PointerOf(recovery), head, [.. stages]);
    }

    public static TableEntity PointerOf(Recovery recovery)
    {
        var key = recovery.IsHeld
            ? HeldKeys(recovery.Id) + RowKeys.NewestFirst(recovery.StartedAt)
            : RecoveryKey(recovery.Id);
        var row = Columns.Row(PartitionOf(recovery.Cluster), key);
        (row[Id], row[Start], row[StartedAt]) = (recovery.Id, LogStart(recovery), recovery.StartedAt);
        return row;
    }

    public static TableEntity Stage(Recovery recovery, int index)
    {
        var key = LogStart(recovery) + (index + 1).ToString("D4", CultureInfo.InvariantCulture);
        var row = Columns.Row(PartitionOf(recovery.Cluster), key);
        row[WrittenBy] = Columns.Program;
        return row.WithJson(Json, WithoutGaps(recovery.Stages[index]));
    }

    public static TableEntity Active(Recovery recovery)
    {
        var row = Columns.Row(PartitionOf(recovery.Cluster), ActiveKey);
        (row[Id], row[Start]) = (recovery.Id, LogStart(recovery));
        return row;
    }

    public static TableEntity Signal(ClusterId cluster, string id, OperatorSignal word)
    {
        var row = Columns.Row(PartitionOf(cluster), SignalKey).WithJson(Json, word);
        row[Id] = id;
        return row;
    }

    /// <summary>Null when it was said to another recovery, or cannot be read.</summary>
    public static OperatorSignal? SignalOf(TableEntity row, string id, ILogger log) =>
        row.Text(Id) == id && row.TryJson<OperatorSignal>(Json, log, out var word) ? word : null;

    public static string PartitionOf(ClusterId cluster) => RowKeys.Escape(cluster.Value);

    public static string RecoveryKey(string id) => $"{Pointers}recovery!{RowKeys.Escape(id)}";

    /// <summary>What the keys of the held records of an id begin with.</summary>
    public static string HeldKeys(string id) => $"{Pointers}held!{RowKeys.Escape(id)}!";

    public static string HeadKey(string logStart) => logStart + "0000";

    /// <summary>What comes before the number of a log row.</summary>
    public static string LogStartOf(string rowKey) => rowKey[..(rowKey.LastIndexOf('!') + 1)];

    /// <summary>
    /// The recovery of the rows of one log in their order; null, and logged, when this version cannot read all of it: a
    /// part would mislead.
    /// </summary>
    public static StoredRecovery? Read(IReadOnlyList<TableEntity> rows, ILogger log)
    {
        var head = rows[0];
        if (head.RowKey != HeadKey(LogStartOf(head.RowKey)) || !head.TryJson<Recovery>(Json, log, out var recovery))
            return null;
        var stages = new List<StageRecord>();
        foreach (var row in rows.Skip(1))
        {
            if (!row.TryJson<StageRecord>(Json, log, out var stage)) return null;
            stages.Add(WithoutGaps(stage));
        }
        return new StoredRecovery(
            recovery with { Stages = [.. stages] }, head.Text(AcknowledgedBy), head.Text(AcknowledgedBecause));
    }

    /// <summary>
    /// What of one log cannot be read here, for the middle of a sentence, and which version of this program wrote that,
    /// empty when it does not say; empty both when all can be read.
    /// </summary>
    public static (string What, string WrittenBy) WhyUnreadable(IReadOnlyList<TableEntity> rows)
    {
        if (rows.Count == 0 || rows[0].RowKey != HeadKey(LogStartOf(rows[0].RowKey)))
            return ("its beginning is missing", "");
        if (!rows[0].TryJson<Recovery>(Json, NullLogger.Instance, out _, out var ofHead))
            return (ofHead, rows[0].Text(WrittenBy));
        for (var i = 1; i < rows.Count; i++)
            if (!rows[i].TryJson<StageRecord>(Json, NullLogger.Instance, out _, out var ofStage))
                return ($"stage {i}: {ofStage}", rows[i].Text(WrittenBy));
        return ("", "");
    }

    // Lists left out are empty ones; JSON cannot hold a default array, and a reader should not meet one.
    private static StageRecord WithoutGaps(StageRecord stage) => stage with
    {
        Results = stage.Results.IsDefault ? [] : stage.Results,
        Findings = stage.Findings.IsDefault ? [] : stage.Findings,
    };

    private static string LogStart(Recovery recovery) => LogStart(recovery.StartedAt, recovery.Id);

    /// <summary>What the keys of all rows of a recovery begin with.</summary>
    public static string LogStart(DateTimeOffset startedAt, string id) =>
        $"{Log}{RowKeys.NewestFirst(startedAt)}!{RowKeys.Escape(id)}!";
}
