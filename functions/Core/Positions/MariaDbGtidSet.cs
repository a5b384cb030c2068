using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// How far a MariaDB server's data goes: for every domain and server_id the highest sequence. Reads a position
/// (gtid_current_pos, gtid_slave_pos, Gtid_IO_Pos: one entry a domain) and a state (gtid_binlog_state: one entry for
/// every server that ever wrote into the domain). A pair written twice counts with its higher sequence; blanks around
/// entries are taken; blank entries, signs and missing parts are refused with a text. Equal means the same entries.
/// <para>A position is not a set: it names the last transaction of a domain and promises all before it. So
/// <see cref="Contains"/> looks for the last transaction of each domain of the other side. Two writers that part write
/// the same sequences: where this side lists the server that wrote it, it has to list it with that sequence or a later
/// one, however far others went on here. A server that it does not list is one of the past, when its sequence is below
/// the highest here. It is reflexive, and a union contains both sides; within one history it is an order.</para>
/// <para><see cref="Except"/> tells histories apart, by server: an errant transaction shows in gtid_binlog_state as a
/// server_id whose sequence is beyond what the other side knows of that server. Hence "contains" does not mean
/// "nothing left after Except" (0-1-9 contains 0-2-5, yet 0-2-5 remains); the other direction holds: nothing left means
/// contained. Compare states with states: a position forgets the servers of the past, so after a failover they would
/// all look errant.</para>
/// Source: MariaDB Knowledge Base, "Global Transaction ID" (sections gtid_binlog_state, gtid_slave_pos).
/// </summary>
public sealed record MariaDbGtidSet : GtidPosition
{
    private readonly ImmutableArray<MariaDbGtid> _entries;

    private MariaDbGtidSet(IEnumerable<MariaDbGtid> entries) =>
        _entries = [.. entries
            .GroupBy(entry => (entry.Domain, entry.Server), (pair, same) => same.MaxBy(entry => entry.Sequence))
            .OrderBy(entry => entry.Domain).ThenBy(entry => entry.Sequence).ThenBy(entry => entry.Server)];

    public static MariaDbGtidSet Empty { get; } = new([]);

    /// <summary>One entry for every domain and server, sorted by domain, then sequence: the last of a domain is its
    /// highest, as the server prints its state.</summary>
    public IReadOnlyList<MariaDbGtid> Entries => _entries;

    public override bool IsEmpty => _entries.IsEmpty;

    private protected override string FlavorName => "MariaDB GTID position";

    public static MariaDbGtidSet Of(params IEnumerable<MariaDbGtid> entries) => new(entries);

    public static MariaDbGtidSet Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var set, out var problem) ? set : throw new FormatException(problem);
    }

    public static bool TryParse(
        string? text, [NotNullWhen(true)] out MariaDbGtidSet? set, [NotNullWhen(false)] out string? problem)
    {
        set = null;
        problem = "There is no text to read a MariaDB GTID list from: "
            + "an empty text is the empty position, a missing one is unknown.";
        if (text is null) return false;

        var entries = new List<MariaDbGtid>();
        if (!string.IsNullOrWhiteSpace(text))
            foreach (var range in text.AsSpan().Split(','))
            {
                var at = range.Start.Value + 1;
                problem = $"MariaDB GTID list, character {at}: '{text[range].Trim()}' {MariaDbGtid.Rule}.";
                if (!MariaDbGtid.TryRead(text.AsSpan(range), out var entry)) return false;
                entries.Add(entry);
            }

        (set, problem) = (new MariaDbGtidSet(entries), null);
        return true;
    }

    /// <summary>
    /// Whether the last transaction of every domain of the other is here; where two servers wrote that number, both.
    /// </summary>
    public bool Contains(MariaDbGtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var tops = other.Tops();
        return other._entries.All(entry => entry.Sequence < tops[entry.Domain].Sequence || Has(entry));
    }

    // gtid_strict_mode: within one history nobody writes a sequence a second time.
    private bool Has(MariaDbGtid last)
    {
        var highest = default(MariaDbGtid?);
        foreach (var entry in _entries)
        {
            if (entry.Domain != last.Domain) continue;
            if (entry.Server == last.Server) return entry.Sequence >= last.Sequence;
            highest = entry;
        }
        return highest?.Sequence > last.Sequence;
    }

    /// <summary>The higher sequence for every domain and server of either side.</summary>
    public MariaDbGtidSet Union(MariaDbGtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new MariaDbGtidSet(_entries.Concat(other._entries));
    }

    /// <summary>The entries here whose sequence the other has not reached for the same domain and server.</summary>
    public MariaDbGtidSet Except(MariaDbGtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var theirs = other._entries.ToDictionary(entry => (entry.Domain, entry.Server), entry => entry.Sequence);
        return new MariaDbGtidSet(_entries.Where(entry =>
            !theirs.TryGetValue((entry.Domain, entry.Server), out var reached) || entry.Sequence > reached));
    }

    /// <summary>
    /// The entries here that stand above the other's highest sequence of their domain, whoever wrote it.
    /// </summary>
    public MariaDbGtidSet Above(MariaDbGtidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var theirs = other.Tops();
        return new MariaDbGtidSet(_entries.Where(entry =>
            !theirs.TryGetValue(entry.Domain, out var top) || entry.Sequence > top.Sequence));
    }

    /// <summary>The position form, as SET GLOBAL gtid_slave_pos takes it: the highest sequence of every domain; where
    /// two servers share it, the higher server_id. With gtid_strict_mode off the last written may be lower than the
    /// highest.</summary>
    public MariaDbGtidSet LatestPerDomain() => new(Tops().Values);

    public bool Equals(MariaDbGtidSet? other) =>
        other is not null && _entries.AsSpan().SequenceEqual(other._entries.AsSpan());

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var entry in _entries) hash.Add(entry);
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(',', _entries);

    private Dictionary<uint, MariaDbGtid> Tops()
    {
        var tops = new Dictionary<uint, MariaDbGtid>();
        foreach (var entry in _entries) tops[entry.Domain] = entry;
        return tops;
    }
}
