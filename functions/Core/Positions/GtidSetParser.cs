using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// Reads the text of a <see cref="GtidSet"/>: entries between commas, parts between colons, the first part a uuid.
/// The first problem ends the reading; it names the part, its place (characters counted from 1) and what would be
/// right.
/// </summary>
internal sealed class GtidSetParser
{
    private const string UuidRule =
        "is not a server uuid: write 32 hexadecimal digits, with dashes (8-4-4-4-12) or with none";

    private readonly string _text;
    private readonly List<Piece> _pieces = [];
    private string? _problem;

    private GtidSetParser(string text) => _text = text;

    internal static bool TryParse(
        string? text, [NotNullWhen(true)] out GtidSet? set, [NotNullWhen(false)] out string? problem)
    {
        set = null;
        problem = "There is no text to read a GTID set from: an empty text is the empty set, a missing one is unknown.";
        if (text is null) return false;

        var parser = new GtidSetParser(text);
        problem = parser.ReadAll() ? null : parser._problem!;
        if (problem is not null) return false;

        set = parser.Build();
        return true;
    }

    private bool ReadAll()
    {
        foreach (var entry in _text.AsSpan().Split(','))
            if (!_text.AsSpan(entry).IsWhiteSpace() && !ReadEntry(entry.Start.Value, entry.End.Value)) return false;
        return true;
    }

    private bool ReadEntry(int start, int end)
    {
        var tag = GtidTag.None;
        var source = Guid.Empty;
        var (part, numbersFor) = (0, "");
        foreach (var range in _text.AsSpan(start, end - start).Split(':'))
        {
            var (from, to) = Trim(start + range.Start.Value, start + range.End.Value);
            var text = _text.AsSpan(from, to - from);
            if (part++ == 0)
            {
                if (!TryReadSource(text, out source)) return Refuse(from, to, UuidRule);
                numbersFor = _text[from..to];
            }
            else if (text.Length > 0 && GtidTag.MayStart(text[0]))
            {
                if (numbersFor.Length > 0 && part > 2) return RefuseNumberless(numbersFor, from);
                if (!GtidTag.IsTag(text)) return Refuse(from, to, GtidTag.Rule);
                numbersFor = tag = text.ToString().ToLowerInvariant();
            }
            else
            {
                if (!ReadInterval(source, tag, from, to)) return false;
                numbersFor = "";
            }
        }

        return numbersFor.Length == 0 || RefuseNumberless(numbersFor, Trim(start, end).To);
    }

    private static bool TryReadSource(ReadOnlySpan<char> text, out Guid source)
    {
        source = Guid.Empty;
        foreach (var letter in text)
            if (letter != '-' && !char.IsAsciiHexDigit(letter)) return false;
        return Guid.TryParseExact(text, text.Length == 32 ? "N" : "D", out source);
    }

    private bool ReadInterval(Guid source, string tag, int from, int to)
    {
        var text = _text.AsSpan(from, to - from);
        var dash = text.IndexOf('-');
        var left = (dash < 0 ? text : text[..dash]).Trim();
        var right = (dash < 0 ? text : text[(dash + 1)..]).Trim();
        if (!IsOfDigits(left) || !IsOfDigits(right))
            return Refuse(from, to, "is neither numbers nor a tag: write a number (5), an interval (1-5), "
                + "or a tag that starts with a letter or _");
        if (!TryReadNumber(left, out var first) || !TryReadNumber(right, out var last))
            return Refuse(from, to, $"is out of range: transaction numbers go from 1 to {GtidInterval.Highest}");
        if (first > last) return Refuse(from, to, "runs backwards: write the lower number first");

        _pieces.Add(new Piece(source, tag, new GtidInterval(first, last)));
        return true;
    }

    private static bool IsOfDigits(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private static bool TryReadNumber(ReadOnlySpan<char> digits, out long number) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number is >= 1 and <= GtidInterval.Highest;

    private (int From, int To) Trim(int from, int to)
    {
        while (from < to && char.IsWhiteSpace(_text[from])) from++;
        while (from < to && char.IsWhiteSpace(_text[to - 1])) to--;
        return (from, to);
    }

    private bool RefuseNumberless(string owner, int at)
    {
        _problem = $"GTID set, character {at + 1}: '{owner}' has no transaction numbers: "
            + $"write them after a colon, for example {owner}:1-5.";
        return false;
    }

    private bool Refuse(int from, int to, string because)
    {
        _problem = $"GTID set, character {from + 1}: '{_text[from..to]}' {because}.";
        return false;
    }

    private GtidSet Build()
    {
        _pieces.Sort(static (left, right) => left.CompareTo(right));
        var runs = ImmutableArray.CreateBuilder<GtidRun>();
        for (int start = 0, end; start < _pieces.Count; start = end)
        {
            var owner = _pieces[start];
            end = start + 1;
            while (end < _pieces.Count && _pieces[end].IsOf(owner)) end++;
            var intervals = _pieces.GetRange(start, end - start).Select(piece => piece.Interval);
            runs.Add(new GtidRun(owner.Source, owner.Tag, GtidIntervals.Merge(intervals)));
        }

        return new GtidSet(runs.DrainToImmutable());
    }

    private readonly record struct Piece(Guid Source, string Tag, GtidInterval Interval)
    {
        internal bool IsOf(Piece owner) => Source == owner.Source && Tag == owner.Tag;

        internal int CompareTo(Piece other)
        {
            var order = GtidRun.Order(Source, Tag, other.Source, other.Tag);
            return order != 0 ? order : Interval.First.CompareTo(other.Interval.First);
        }
    }
}
