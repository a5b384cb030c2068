using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// What @@version says: three numbers, then any suffix (<c>8.0.46-0ubuntu0.24.04.5</c>, <c>10.11.18-MariaDB-log</c>).
/// MariaDB is told by the word in it, Percona Server only by @@version_comment, which may be left out; so MySQL and
/// Percona count as one family. The prefix 5.5.5- that MariaDB 10 puts before its greeting is dropped, from Text too.
/// Parsing refuses text that does not start with three numbers. Equal means the same flavour and text. Source: MySQL
/// manual, "Server System Variables" (version, version_comment); MariaDB Knowledge Base, "VERSION".
/// </summary>
public sealed record ServerVersion
{
    private const string GreetingPrefix = "5.5.5-";

    private ServerVersion(ServerFlavor flavor, int[] numbers, string text) =>
        (Flavor, Major, Minor, Patch, Text) = (flavor, numbers[0], numbers[1], numbers[2], text);

    public ServerFlavor Flavor { get; }

    public int Major { get; }

    public int Minor { get; }

    public int Patch { get; }

    public string Text { get; }

    public bool IsMariaDb => Flavor == ServerFlavor.MariaDb;

    public static ServerVersion Parse(string text, string? comment = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, comment, out var version, out var problem) ? version : throw new FormatException(problem);
    }

    public static bool TryParse(
        string? text, [NotNullWhen(true)] out ServerVersion? version, [NotNullWhen(false)] out string? problem) =>
        TryParse(text, null, out version, out problem);

    public static bool TryParse(
        string? text, string? comment,
        [NotNullWhen(true)] out ServerVersion? version, [NotNullWhen(false)] out string? problem)
    {
        version = null;
        problem = $"'{text}' is not a server version: "
            + "it starts with three numbers, for example 8.4.13 or 10.11.18-MariaDB.";
        var kept = text?.Trim() ?? "";
        var flavor = FlavorOf(kept, comment);
        if (flavor == ServerFlavor.MariaDb && kept.StartsWith(GreetingPrefix, StringComparison.Ordinal)
            && TryReadNumbers(kept[GreetingPrefix.Length..], out _))
            kept = kept[GreetingPrefix.Length..];
        if (!TryReadNumbers(kept, out var numbers)) return false;

        (version, problem) = (new ServerVersion(flavor, numbers, kept), null);
        return true;
    }

    /// <summary>
    /// Whether the numbers are these or higher. They mean nothing across families: ask <see cref="IsMariaDb"/> first.
    /// </summary>
    public bool AtLeast(int major, int minor, int patch) => (Major, Minor, Patch).CompareTo((major, minor, patch)) >= 0;

    /// <summary>Below 0 when this is older, 0 when the numbers are equal, above 0 when newer; null between MariaDB and
    /// the others, whose numbers have nothing to do with each other.</summary>
    public int? TryCompare(ServerVersion other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (IsMariaDb != other.IsMariaDb) return null;
        return (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
    }

    public override string ToString() => Text;

    private static ServerFlavor FlavorOf(string text, string? comment)
    {
        if (text.Contains("MariaDB", StringComparison.OrdinalIgnoreCase)) return ServerFlavor.MariaDb;
        return comment?.Contains("Percona", StringComparison.OrdinalIgnoreCase) == true
            ? ServerFlavor.Percona
            : ServerFlavor.MySql;
    }

    private static bool TryReadNumbers(string text, out int[] numbers)
    {
        numbers = new int[3];
        var rest = text.AsSpan();
        for (var part = 0; part < numbers.Length; part++)
        {
            if (part > 0 && (rest.IsEmpty || rest[0] != '.')) return false;
            if (part > 0) rest = rest[1..];
            var end = rest.IndexOfAnyExceptInRange('0', '9');
            var digits = end < 0 ? rest : rest[..end];
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out numbers[part])) return false;
            rest = rest[digits.Length..];
        }

        return true;
    }
}
