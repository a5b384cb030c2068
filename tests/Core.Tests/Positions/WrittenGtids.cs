using CsCheck;

namespace OrchestratorFunctions.Core.Tests.Positions;

/// <summary>A GTID set twice: as somebody may write it (any order, overlaps, blanks, upper case), and as the plain set of
/// its members. The members are the second, naive implementation that the real one is checked against.</summary>
internal sealed record WrittenGtids(string Text, HashSet<(Guid Source, string Tag, long Number)> Members)
{
    private static readonly string[] Sources =
    [
        "0000000b-0000-0000-0000-00000000000b",
        "3e11fa47-71ca-11e1-9e33-c80aa9429562",
        "f0000000-0000-0000-0000-000000000001",
    ];

    private static readonly string[] Tags = ["", "a", "a_b", "blue"];

    private static readonly string[] Blanks = ["", "", "", " ", "\n", " \t"];

    private static readonly Gen<Piece> Pieces =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[1, 25], Gen.Int[0, 6], Gen.Int[0, 3], Gen.Int[0, 5],
            (source, tag, first, more, look, blank) => new Piece(Sources[source], Tags[tag], first, first + more, look, Blanks[blank]));

    internal static Gen<WrittenGtids> Any { get; } = Pieces.Array[0, 12].Select(From);

    internal static string Canonical(IEnumerable<(Guid Source, string Tag, long Number)> members) =>
        string.Join(',', members.GroupBy(m => m.Source.ToString("D")).OrderBy(s => s.Key, StringComparer.Ordinal).Select(source =>
            source.Key + string.Concat(source.GroupBy(m => m.Tag).OrderBy(t => t.Key, StringComparer.Ordinal).Select(tag =>
                (tag.Key.Length == 0 ? "" : ":" + tag.Key) + Intervals([.. tag.Select(m => m.Number).Order()])))));

    private static string Intervals(long[] numbers)
    {
        var text = "";
        for (int start = 0, end; start < numbers.Length; start = end)
        {
            for (end = start + 1; end < numbers.Length && numbers[end] == numbers[end - 1] + 1;) end++;
            text += end == start + 1 ? $":{numbers[start]}" : $":{numbers[start]}-{numbers[end - 1]}";
        }

        return text;
    }

    private static WrittenGtids From(Piece[] pieces)
    {
        var members = pieces.SelectMany(p => Enumerable.Range(p.First, p.Last - p.First + 1)
            .Select(number => (Guid.Parse(p.Source), p.Tag, (long)number))).ToHashSet();
        var text = "";
        for (var i = 0; i < pieces.Length; i++)
        {
            var sameEntry = i > 0 && pieces[i].Source == pieces[i - 1].Source && (pieces[i].Tag.Length > 0 || pieces[i - 1].Tag.Length == 0);
            var sameTag = sameEntry && pieces[i].Tag == pieces[i - 1].Tag;
            text += (i == 0 || sameEntry ? "" : ",") + pieces[i].Write(withSource: !sameEntry, withTag: !sameTag);
        }

        return new WrittenGtids(text, members);
    }

    private sealed record Piece(string Source, string Tag, int First, int Last, int Look, string Blank)
    {
        internal string Write(bool withSource, bool withTag)
        {
            var source = (Look & 1) == 0 ? Source : Source.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
            var tag = (Look & 2) == 0 ? Tag : Tag.ToUpperInvariant();
            return (withSource ? Blank + source + Blank : "")
                + (withTag && tag.Length > 0 ? $":{Blank}{tag}{Blank}" : "")
                + (First == Last ? $":{Blank}{First}{Blank}" : $":{Blank}{First}{Blank}-{Blank}{Last}{Blank}");
        }
    }
}
