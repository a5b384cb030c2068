using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// One MariaDB transaction, <c>domain-server-sequence</c> such as 0-2315-103: the replication domain and the server_id
/// of the server that wrote it first (both 32 bits), and its number in the domain (64 bits). Parsing refuses with a
/// text. Source: MariaDB Knowledge Base, "Global Transaction ID".
/// </summary>
public readonly record struct MariaDbGtid(uint Domain, uint Server, ulong Sequence)
{
    public static MariaDbGtid Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var gtid, out var problem) ? gtid : throw new FormatException(problem);
    }

    public static bool TryParse(string? text, out MariaDbGtid gtid, [NotNullWhen(false)] out string? problem)
    {
        problem = TryRead(text, out gtid) ? null : $"'{text}' {Rule}.";
        return problem is null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Domain}-{Server}-{Sequence}");

    internal const string Rule = "is not a MariaDB GTID: write domain-server-sequence, for example 0-1-100, " +
        "with domain and server up to 4294967295 and sequence up to 18446744073709551615";

    internal static bool TryRead(ReadOnlySpan<char> text, out MariaDbGtid gtid)
    {
        gtid = default;
        text = text.Trim();
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, '-') != 3) return false;
        var culture = CultureInfo.InvariantCulture;
        if (!uint.TryParse(text[parts[0]], NumberStyles.None, culture, out var domain)) return false;
        if (!uint.TryParse(text[parts[1]], NumberStyles.None, culture, out var server)) return false;
        if (!ulong.TryParse(text[parts[2]], NumberStyles.None, culture, out var sequence)) return false;

        gtid = new MariaDbGtid(domain, server, sequence);
        return true;
    }
}
