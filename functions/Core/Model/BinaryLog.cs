using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>A server's binary log settings; <see cref="Position"/> is its own write position, null without a binary log.</summary>
public sealed record BinaryLog(bool Enabled, bool LogsReplicaUpdates, string Format, BinlogPosition? Position = null)
{
    public static BinaryLog Off { get; } = new(false, false, "");

    /// <summary>ROW is the largest: a replica must log in a format not smaller than its source's.</summary>
    public int FormatRank => Format.ToUpperInvariant() switch { "STATEMENT" => 0, "MIXED" => 1, _ => 2 };
}
