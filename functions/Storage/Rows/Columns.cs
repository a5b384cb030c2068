using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Storage.Rows;

/// <summary>
/// Columns of a row. Writing gives every row its schema version; reading takes a missing or strangely typed column for
/// an absent one, so that rows of older and newer versions never make a reader fail.
/// </summary>
internal static class Columns
{
    /// <summary>
    /// Version of the rows written here. Raise it when a reader must tell rows apart; columns may be added without.
    /// </summary>
    public const int Version = 1;

    /// <summary>A text column holds 32 K characters (64 KiB in UTF-16).</summary>
    public const int LongestPart = 30_000;

    /// <summary>A row holds 1 MiB; this is 900 KB of it in UTF-16.</summary>
    public const int LongestText = 450_000;

    /// <summary>A binary column holds 64 KiB.</summary>
    public const int LongestPackedPart = 60_000;

    /// <summary>The same 900 KB of a row, packed.</summary>
    public const int LongestPacked = 900_000;

    /// <summary>The version of this program, as rows that another version may not understand name it.</summary>
    public static string Program { get; } = typeof(Columns).Assembly.GetName().Version?.ToString(3) ?? "";

    private const string Schema = "Schema";

    /// <summary>What can be derived is not stored.</summary>
    private static readonly JsonSerializerOptions Json = new(CoreJson.Options) { IgnoreReadOnlyProperties = true };

    public static TableEntity Row(string partition, string key) => new(partition, key) { [Schema] = Version };

    public static string Text(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value) ? value as string ?? "" : "";

    public static bool? Flag(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value) ? value as bool? : null;

    public static long? Number(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value) ? value switch { long l => l, int i => i, _ => null } : null;

    public static DateTimeOffset? Instant(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value) ? value as DateTimeOffset? : null;

    /// <summary>Writes a text of any length up to the limit of a row, over several columns where it is long.</summary>
    public static TableEntity WithLongText(this TableEntity row, string column, string text)
    {
        if (text.Length > LongestText)
            throw new StorageLimitException(
                $"{column} of row {row.PartitionKey} {row.RowKey} has {text.Length} characters; "
                + $"a row holds {LongestText}");
        var parts = 0;
        for (var start = 0; start < text.Length; parts++)
        {
            var length = Math.Min(LongestPart, text.Length - start);
            if (start + length < text.Length && char.IsHighSurrogate(text[start + length - 1]))
                length--; // half a character cannot be stored
            row[column + parts.ToString(CultureInfo.InvariantCulture)] = text.Substring(start, length);
            start += length;
        }
        row[column + "Parts"] = parts; // a merge leaves the columns of a longer predecessor behind
        return row;
    }

    /// <summary>Empty when there is none.</summary>
    public static string LongText(this TableEntity row, string column)
    {
        var parts = Enumerable.Range(0, (int)Math.Clamp(row.Number(column + "Parts") ?? 0, 0, 100))
            .Select(p => column + p.ToString(CultureInfo.InvariantCulture)).ToArray();
        return parts.Length > 0 && row.TryGetValue(parts[0], out var first) && first is byte[]
            ? PackedText.Unpack([.. parts.SelectMany(p => row.GetBinary(p) ?? [])])
            : string.Concat(parts.Select(row.Text));
    }

    /// <summary>
    /// Writes a value as a text people can read in the table, and packed where that is too long for one column. What is
    /// too long even so is refused with <see cref="StorageLimitException"/>, which names the sizes.
    /// </summary>
    public static TableEntity WithJson<T>(this TableEntity row, string column, T value)
    {
        var text = JsonSerializer.Serialize(value, Json);
        return text.Length <= LongestPart ? row.WithLongText(column, text) : row.WithPacked(column, text);
    }

    // Its columns have the names of those of a text, so that either takes the place of the other in a merge.
    private static TableEntity WithPacked(this TableEntity row, string column, string text)
    {
        var packed = PackedText.Pack(text);
        if (packed.Length > LongestPacked)
            throw new StorageLimitException(
                $"{column} of row {row.PartitionKey} {row.RowKey} has {text.Length} characters, "
                + $"packed {packed.Length} bytes; a row holds {LongestPacked}");
        var parts = 0;
        foreach (var part in packed.Chunk(LongestPackedPart))
            row[column + parts++.ToString(CultureInfo.InvariantCulture)] = part;
        row[column + "Parts"] = parts;
        return row;
    }

    /// <summary>False when the column is absent or this version cannot read it, which is logged.</summary>
    public static bool TryJson<T>(this TableEntity row, string column, ILogger log, [NotNullWhen(true)] out T? value)
        where T : class => row.TryJson(column, log, out value, out _);

    /// <inheritdoc cref="TryJson{T}(TableEntity, string, ILogger, out T)"/>
    /// <param name="problem">What cannot be read; empty when it could.</param>
    public static bool TryJson<T>(
        this TableEntity row, string column, ILogger log, [NotNullWhen(true)] out T? value, out string problem)
        where T : class
    {
        (value, problem) = (null, $"{column} is missing");
        try
        {
            var text = row.LongText(column);
            if (text.Length == 0) return false;
            problem = "";
            value = JsonSerializer.Deserialize<T>(text, Json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException or ArgumentException
            or InvalidOperationException)
        {
            problem = $"{column} of schema {row.Number(Schema) ?? 0}, this is {Version}: {e.Message}";
            log.UnreadableRow(row, problem);
        }
        return value is not null;
    }
}
