using System.Globalization;
using System.Text;
using Azure.Data.Tables;

namespace OrchestratorFunctions.Storage.Rows;

/// <summary>
/// Keys of rows, made in this one place. Tables forbid <c>/ \ # ?</c> and control characters in keys and have trouble
/// with <c>%</c>; so all but printable ASCII is written as <c>=XX</c>, one per UTF-8 byte, and <c>!</c> is left to us
/// as the separator of parts.
/// </summary>
internal static class RowKeys
{
    /// <summary>A key may have 512 characters; this leaves room for the parts around a name.</summary>
    public const int LongestName = 400;

    private const string Reserved = "/\\#?%!='";

    public static string Escape(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var key = new StringBuilder(name.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(name))
        {
            if (unit is > 0x20 and < 0x7F && !Reserved.Contains((char)unit, StringComparison.Ordinal))
                key.Append((char)unit);
            else key.Append(CultureInfo.InvariantCulture, $"={unit:X2}");
        }
        return key.Length <= LongestName
            ? key.ToString()
            : throw new ArgumentException(
                $"'{name[..40]}...' is too long for a key: expected at most {LongestName} characters, got {key.Length}",
                nameof(name));
    }

    /// <summary>
    /// The name a key was made from; throws <see cref="FormatException"/> for what <see cref="Escape"/> never makes.
    /// </summary>
    public static string Unescape(string key)
    {
        var bytes = new List<byte>(key.Length);
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] != '=' && char.IsAscii(key[i])) bytes.Add((byte)key[i]);
            else if (i + 2 < key.Length && byte.TryParse(
                key.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                bytes.Add(unit);
                i += 2;
            }
            else throw new FormatException($"key '{key}': expected ASCII, with two hexadecimal digits after every '='");
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Sorts later instants first.</summary>
    public static string NewestFirst(DateTimeOffset at) =>
        (DateTime.MaxValue.Ticks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>The rows of any partition whose key begins with this, which ends in the separator.</summary>
    public static string BeginsWith(string start)
    {
        var end = start[..^1] + (char)(start[^1] + 1);
        return TableClient.CreateQueryFilter($"RowKey ge {start} and RowKey lt {end}");
    }

    /// <summary>The rows whose key comes after all that begin with this, which ends in the separator.</summary>
    public static string After(string start) =>
        TableClient.CreateQueryFilter($"RowKey ge {start[..^1] + (char)(start[^1] + 1)}");

    /// <summary>The rows of one partition whose key begins with this, which ends in the separator.</summary>
    public static string BeginsWith(string partition, string start) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {partition}") + " and " + BeginsWith(start);
}
