using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// A place in a server's binary or relay log: File is base name, dot and number (<c>binlog.000001</c>), Position the
/// byte offset in it, 0 or more. Text form <c>binlog.000001:793</c>. Parsing refuses with a text, construction with an
/// <see cref="ArgumentException"/>. Only meaningful on the server the log belongs to. Source: MySQL manual, "The Binary
/// Log" (six digits grow to seven and more) and "SHOW BINARY LOG STATUS Statement".
/// </summary>
public sealed record BinlogPosition
{
    private readonly long _number;

    public BinlogPosition(string file, long position)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        (File, Position) = (file, position);
        if (!TrySplit(file, out _number)) throw new ArgumentException($"{FileProblem(file)}.", nameof(file));
    }

    public string File { get; }

    public long Position { get; }

    private ReadOnlySpan<char> BaseName => File.AsSpan(0, File.LastIndexOf('.'));

    public static BinlogPosition Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var position, out var problem) ? position : throw new FormatException(problem);
    }

    public static bool TryParse(
        string? text, [NotNullWhen(true)] out BinlogPosition? position, [NotNullWhen(false)] out string? problem)
    {
        position = null;
        var colon = text?.LastIndexOf(':') ?? -1;
        problem = $"'{text}' is not a binary log position: write file:position, for example binlog.000001:793.";
        if (colon < 0) return false;

        var (file, offset) = (text![..colon].Trim(), text[(colon + 1)..].Trim());
        problem = $"'{offset}' in '{text}' is not a position in a log: write a byte offset from 0 to {long.MaxValue}.";
        if (!long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)) return false;

        problem = $"{FileProblem(file)} (in '{text}').";
        if (!TrySplit(file, out _)) return false;

        (position, problem) = (new BinlogPosition(file, bytes), null);
        return true;
    }

    /// <summary>Below 0 when this comes before the other, 0 when they are one place, above 0 when it comes after; null
    /// when the base names differ: those are logs without a common order.</summary>
    public int? TryCompare(BinlogPosition other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!BaseName.SequenceEqual(other.BaseName)) return null;
        return _number != other._number ? _number.CompareTo(other._number) : Position.CompareTo(other.Position);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Position}");

    private static bool TrySplit(string file, out long number)
    {
        number = 0;
        var dot = file.LastIndexOf('.');
        return dot > 0
            && long.TryParse(file.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static string FileProblem(string file) =>
        $"'{file}' is not a log file: its name is a base name, a dot and a number, for example binlog.000001";
}
