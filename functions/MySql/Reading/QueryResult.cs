using System.Globalization;
using MySqlConnector;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>A result read whole: rows whose columns are found by name, in the new or the old spelling.</summary>
internal sealed class QueryResult
{
    private readonly Dictionary<string, int> ordinals;
    private readonly List<object?[]> rows;

    private QueryResult(Dictionary<string, int> ordinals, List<object?[]> rows) =>
        (this.ordinals, this.rows) = (ordinals, rows);

    public static QueryResult Empty { get; } = new([], []);

    public IEnumerable<Row> Rows => rows.Select(r => new Row(this, r));

    public Row? First => rows.Count > 0 ? new Row(this, rows[0]) : null;

    /// <summary>A result written by hand, for tests.</summary>
    public static QueryResult Of(IReadOnlyList<string> columns, params object?[][] rows) =>
        new(Ordinals(columns), [.. rows]);

    public static async Task<QueryResult> ReadAsync(MySqlDataReader reader)
    {
        if (reader.FieldCount == 0) return Empty;
        List<object?[]> rows = [];
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            rows.Add(row);
        }
        if (rows.Count == 0) return Empty;
        return new QueryResult(Ordinals([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)]), rows);
    }

    private static Dictionary<string, int> Ordinals(IReadOnlyList<string> columns)
    {
        var ordinals = new Dictionary<string, int>(columns.Count, StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < columns.Count; i++) ordinals.TryAdd(columns[i], i);
        return ordinals;
    }

    private object? Value(object?[] row, string column) =>
        ordinals.TryGetValue(column, out var at) || ordinals.TryGetValue(OldSpelling.Of(column), out at)
            ? row[at]
            : null;

    /// <summary>One row.</summary>
    internal readonly struct Row(QueryResult table, object?[] values)
    {
        public string Text(string column) => table.Value(values, column) switch
        {
            null => "",
            string text => text,
            byte[] bytes => System.Text.Encoding.UTF8.GetString(bytes),
            var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
        };

        public string FirstText =>
            values.Length == 0 ? "" : Convert.ToString(values[0], CultureInfo.InvariantCulture) ?? "";

        public bool Has(string column) => table.Value(values, column) is not null;

        public long? Number(string column) =>
            long.TryParse(Text(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;

        public double? Fraction(string column) =>
            double.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;

        /// <summary>1, ON and Yes are true.</summary>
        public bool Flag(string column) => Text(column).ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";
    }
}

/// <summary>master and slave for source and replica, as servers before 8.0.22 and MariaDB say.</summary>
internal static class OldSpelling
{
    public static string Of(string name) => name
        .Replace("Source", "Master", StringComparison.Ordinal).Replace("source", "master", StringComparison.Ordinal)
        .Replace("Replica", "Slave", StringComparison.Ordinal).Replace("replica", "slave", StringComparison.Ordinal);

    public static string Undone(string name) => name
        .Replace("master", "source", StringComparison.OrdinalIgnoreCase)
            .Replace("slave", "replica", StringComparison.OrdinalIgnoreCase)
        .ToLowerInvariant();
}
