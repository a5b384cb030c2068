using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// A set of MySQL transactions: numbers by source (server_uuid) and tag, as in gtid_executed, gtid_purged and
/// Retrieved_Gtid_Set. <c>uuid:1-3:7:blue:1-2</c>: intervals after a tag belong to it until the next tag; "" is the
/// empty set. Parsing takes blanks, line breaks and blank entries between commas, any order, overlaps, upper case,
/// leading zeros and uuids with or without dashes. It refuses, with a text that names what and where, everything else;
/// stricter than the server, which silently reads a uuid or tag without numbers and backward intervals (5-3) as
/// nothing. The text given back is the server's own, without the line breaks after commas. Every operation is a walk
/// over the intervals of both sides. Equal means the same transactions. Source: MySQL manual, "GTID Format and Storage"
/// and "Functions Used with Global Transaction Identifiers (GTIDs)".
/// </summary>
public sealed record GtidSet : GtidPosition
{
    private readonly ImmutableArray<GtidRun> _runs;

    internal GtidSet(ImmutableArray<GtidRun> runs) => _runs = runs;

    public static GtidSet Empty { get; } = new([]);

    public override bool IsEmpty => _runs.IsEmpty;

    /// <summary>How many transactions; up to 2^63 for every source and tag, hence 128 bits.</summary>
    public UInt128 Count => _runs.Aggregate(UInt128.Zero, (sum, run) =>
        run.Intervals.Aggregate(sum, (subtotal, interval) => subtotal + (UInt128)interval.Count));

    /// <summary>The server_uuids that have transactions here, sorted.</summary>
    public IReadOnlyList<Guid> Sources => [.. _runs.Select(run => run.Source).Distinct()];

    private protected override string FlavorName => "MySQL GTID set";

    public static GtidSet Of(Gtid gtid) => Of(gtid.Source, gtid.Tag, new GtidInterval(gtid.Number, gtid.Number));

    public static GtidSet Of(Guid source, string tag, GtidInterval interval) =>
        new([new GtidRun(source, GtidTag.Normalize(tag), [new GtidInterval(interval.First, interval.Last)])]);

    public static GtidSet Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var set, out var problem) ? set : throw new FormatException(problem);
    }

    public static bool TryParse(
        string? text, [NotNullWhen(true)] out GtidSet? set, [NotNullWhen(false)] out string? problem) =>
        GtidSetParser.TryParse(text, out set, out problem);

    public bool Contains(Gtid gtid) =>
        IntervalsOf(gtid.Source, gtid.Tag).Any(interval => interval.Contains(gtid.Number));

    public bool Contains(GtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return GtidRuns.Contains(_runs, other._runs);
    }

    public bool Overlaps(GtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return GtidRuns.Overlaps(_runs, other._runs);
    }

    public GtidSet Union(GtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new GtidSet(GtidRuns.Union(_runs, other._runs));
    }

    public GtidSet Except(GtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new GtidSet(GtidRuns.Except(_runs, other._runs));
    }

    public GtidSet Intersect(GtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new GtidSet(GtidRuns.Intersect(_runs, other._runs));
    }

    public GtidSet Add(Gtid gtid) => Union(Of(gtid));

    /// <summary>The set without anything first committed on these servers, tags included: what remains of a
    /// subtraction after the sources that are allowed to write are dropped is errant.</summary>
    public GtidSet WithoutSources(IEnumerable<Guid> sources)
    {
        var dropped = sources.ToHashSet();
        return new GtidSet([.. _runs.Where(run => !dropped.Contains(run.Source))]);
    }

    /// <summary>
    /// What goes on where the other set ends: of the sources the other has anything of, the numbers above its highest
    /// one of the same tag.
    /// </summary>
    public GtidSet Continuing(GtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var known = other.Sources.ToHashSet();
        var after = _runs.Where(run => known.Contains(run.Source)).Select(run => After(run, other));
        return new GtidSet([.. after.Where(run => !run.Intervals.IsEmpty)]);
    }

    /// <summary>Tagged numbers of a source and tag of which the other set has none.</summary>
    public GtidSet OfTagsNewTo(GtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new GtidSet([.. _runs.Where(run => run.Tag.Length > 0
            && !other._runs.Any(known => known.Source == run.Source && known.Tag == run.Tag))]);
    }

    private static GtidRun After(GtidRun run, GtidSet other)
    {
        var last = other.IntervalsOf(run.Source, run.Tag).Select(i => i.Last).DefaultIfEmpty(0).Max();
        var above = run.Intervals.Where(i => i.Last > last)
            .Select(i => new GtidInterval(Math.Max(i.First, last + 1), i.Last));
        return run with { Intervals = [.. above] };
    }

    /// <summary>
    /// The numbers of one source and tag ("" for untagged), sorted, neighbours apart; empty when there are none.
    /// </summary>
    public IReadOnlyList<GtidInterval> IntervalsOf(Guid source, string tag = GtidTag.None)
    {
        var wanted = GtidTag.Normalize(tag);
        foreach (var run in _runs)
            if (run.Source == source && run.Tag == wanted) return run.Intervals;
        return [];
    }

    /// <summary>
    /// The single transactions in canonical order, at most <paramref name="limit"/> (0 or more) of them.
    /// </summary>
    public IEnumerable<Gtid> Gtids(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return Singles().Take(limit);
    }

    public bool Equals(GtidSet? other) =>
        other is not null && _runs.Length == other._runs.Length
        && _runs.Zip(other._runs).All(pair => pair.First.Is(pair.Second));

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var run in _runs)
        {
            hash.Add(run.Source);
            hash.Add(run.Tag, StringComparer.Ordinal);
            foreach (var interval in run.Intervals) hash.Add(interval);
        }

        return hash.ToHashCode();
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Guid? source = null;
        foreach (var run in _runs)
        {
            if (run.Source != source) text.Append(source is null ? "" : ",").Append($"{run.Source:D}");
            if (run.Tag.Length > 0) text.Append(':').Append(run.Tag);
            foreach (var interval in run.Intervals) text.Append(':').Append(interval);
            source = run.Source;
        }

        return text.ToString();
    }

    private IEnumerable<Gtid> Singles()
    {
        foreach (var run in _runs)
            foreach (var interval in run.Intervals)
                for (var number = interval.First; number <= interval.Last; number++)
                    yield return new Gtid(run.Source, run.Tag, number);
    }
}
