using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// A server's binary log settings; <see cref="Position"/> is its own write position, null without a binary log.
/// </summary>
public sealed record BinaryLog(bool Enabled, bool LogsReplicaUpdates, string Format, BinlogPosition? Position = null)
{
    public static BinaryLog Off { get; } = new(false, false, "");

    /// <summary>
    /// Databases it logs only, and those it leaves out, as settings (<c>binlog_do_db=app</c>); empty when it logs all,
    /// null when that is not known. Source: SHOW BINARY LOG STATUS.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Filters { get; init; }

    /// <summary>ROW is the largest: a replica must log in a format not smaller than its source's.</summary>
    public int FormatRank => Format.ToUpperInvariant() switch { "STATEMENT" => 0, "MIXED" => 1, _ => 2 };

    /// <summary>Whether it leaves out what another server logs, as far as that is known.</summary>
    public bool LeavesOutMoreThan(BinaryLog? other) =>
        Filters is { Length: > 0 } && other is { Filters: { } others } && Filters != others;
}
