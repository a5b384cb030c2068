using CsCheck;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

public class MariaDbGtidSetTests
{
    private static readonly Gen<MariaDbGtid[]> Entries =
        Gen.Select(Gen.UInt[0, 2], Gen.UInt[1, 3], Gen.ULong[0, 6], (domain, server, sequence) => new MariaDbGtid(domain, server, sequence)).Array[0, 8];

    private static readonly Gen<MariaDbGtidSet> Sets = Entries.Select(entries => MariaDbGtidSet.Of(entries));

    /// <summary>Right-hand sides are what MariaDB 10.11.18 gave back after SET GLOBAL gtid_binlog_state.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("0-2315-3", "0-2315-3")]
    [InlineData("0-1292-4,0-1291-5", "0-1292-4,0-1291-5")]
    [InlineData("1-1-4,0-1-5", "0-1-5,1-1-4")]
    [InlineData("10-1-1,9-1-1,2-1-1", "2-1-1,9-1-1,10-1-1")]
    [InlineData("0-1-5,0-1-6", "0-1-6")]
    [InlineData("00-01-05", "0-1-5")]
    [InlineData("0-0-0", "0-0-0")]
    public void Reads_and_prints_like_the_server(string written, string printed) =>
        Assert.Equal(printed, MariaDbGtidSet.Parse(written).ToString());

    [Fact]
    public void Blanks_around_entries_are_taken() =>
        Assert.Equal("0-1-5,1-2-6", MariaDbGtidSet.Parse(" 0-1-5 ,\n1-2-6 ").ToString());

    [Theory]
    [InlineData("0-1-5,", 7, "''")]
    [InlineData(",0-1-5", 1, "''")]
    [InlineData("0-1-5,0-1", 7, "'0-1'")]
    [InlineData("0-1-5, x-1-2", 7, "'x-1-2'")]
    [InlineData("0000000b-0000-0000-0000-00000000000b:1", 1, "'0000000b-0000-0000-0000-00000000000b:1'")]
    public void Refuses_and_names_the_part_and_the_place(string text, int place, string part)
    {
        Assert.False(MariaDbGtidSet.TryParse(text, out var set, out var problem));
        Assert.Null(set);
        Assert.StartsWith($"MariaDB GTID list, character {place}: {part} is not a MariaDB GTID", problem, StringComparison.Ordinal);
        Assert.Equal(problem, Assert.Throws<FormatException>(() => MariaDbGtidSet.Parse(text)).Message);
        Assert.False(MariaDbGtidSet.TryParse(null, out _, out var missing));
        Assert.Contains("missing", missing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0-1-9", "0-1-5", true)]
    [InlineData("0-1-9", "0-2-8", true)] // of the past
    [InlineData("0-1-9", "0-2-9", false)] // another history
    [InlineData("0-1-4,0-2-9", "0-1-4", true)]
    [InlineData("0-1-4,0-2-9", "0-1-8", false)] // it went on there, and 0-2-9 was written beside it
    [InlineData("0-1-7,0-2-8", "0-1-8", false)] // a write by hand took the sequence
    [InlineData("0-1-8,0-2-8", "0-1-8", true)]
    [InlineData("0-1-9", "0-1-10", false)]
    [InlineData("0-1-9", "1-1-1", false)]
    [InlineData("0-1-9,1-1-1", "1-1-1,0-1-2", true)]
    [InlineData("0-1-9", "", true)]
    [InlineData("", "0-1-0", false)]
    [InlineData("0-1-7,0-3-8", "0-1-8,0-3-8", false)] // two have written that number, and one of them is not here
    [InlineData("0-1-8,0-3-8", "0-1-8,0-3-8", true)]
    public void Contains_looks_for_the_last_of_each_domain(string outer, string inner, bool expected) =>
        Assert.Equal(expected, MariaDbGtidSet.Parse(outer).Contains(MariaDbGtidSet.Parse(inner)));

    [Fact]
    public void Except_shows_the_server_that_wrote_on_its_own()
    {
        var replica = MariaDbGtidSet.Parse("0-1291-4,0-1292-5");
        var source = MariaDbGtidSet.Parse("0-1291-6");
        Assert.True(source.Contains(replica));
        Assert.Equal("0-1292-5", replica.Except(source).ToString());
    }

    [Fact]
    public void Except_of_states_is_empty_after_an_honest_failover()
    {
        var replica = MariaDbGtidSet.Parse("0-1-100");
        Assert.True(replica.Except(MariaDbGtidSet.Parse("0-1-100,0-2-104")).IsEmpty);
        Assert.Equal("0-1-100", replica.Except(MariaDbGtidSet.Parse("0-2-104")).ToString());
    }

    [Fact]
    public void Latest_per_domain_is_what_gtid_slave_pos_takes()
    {
        Assert.Equal("0-1291-5,1-7-2", MariaDbGtidSet.Parse("0-1292-4,0-1291-5,1-7-2").LatestPerDomain().ToString());
        Assert.Equal("0-2-5", MariaDbGtidSet.Parse("0-2-5,0-1-5").LatestPerDomain().ToString());
    }

    [Fact]
    public void Union_and_except_agree_with_plain_dictionaries() => Gen.Select(Entries, Entries).Sample((left, right) =>
    {
        var (mine, theirs) = (Naive(left), Naive(right));
        var (a, b) = (MariaDbGtidSet.Of(left), MariaDbGtidSet.Of(right));
        Assert.Equal(Naive(left.Concat(right)), Naive(a.Union(b).Entries));
        var beyond = mine.Where(m => !theirs.ContainsKey(m.Key) || theirs[m.Key] < m.Value).ToDictionary();
        Assert.Equal(beyond, Naive(a.Except(b).Entries));
        Assert.Equal(mine.Count == theirs.Count && !mine.Except(theirs).Any(), a == b);
    });

    [Fact]
    public void Text_round_trips_with_equality_and_hash() => Entries.Sample(entries =>
    {
        var set = MariaDbGtidSet.Parse(string.Join(',', entries));
        var again = MariaDbGtidSet.Parse(set.ToString());
        Assert.Equal(MariaDbGtidSet.Of(entries), again);
        Assert.Equal(set.GetHashCode(), again.GetHashCode());
        Assert.Equal(entries.Length == 0, set.IsEmpty);
    });

    [Fact]
    public void The_laws_that_positions_keep() => Gen.Select(Sets, Sets, Sets).Sample((a, b, c) =>
    {
        Assert.True(a.Contains(a));
        Assert.True(a.Union(b).Contains(a) && a.Union(b).Contains(b));
        Assert.Equal(a.Union(b), b.Union(a));
        Assert.Equal(a.Union(b).Union(c), a.Union(b.Union(c)));
        Assert.Equal(a, a.Union(a));
        Assert.True(a.Except(a).IsEmpty);
        Assert.True(!a.Except(b).IsEmpty || b.Contains(a));
        Assert.Equal(a.Union(b), b.Union(a.Except(b)));
        Assert.True(a.Contains(a.LatestPerDomain()));
        // Of two that wrote the last number a position names one.
        var isTied = a.Entries.GroupBy(e => e.Domain).Any(d => d.Count(e => e.Sequence == d.Max(x => x.Sequence)) > 1);
        Assert.True(isTied || a.LatestPerDomain().Contains(a));
    });

    /// <summary>Within one history states are ordered by their length; of two that part neither has what the other wrote.</summary>
    [Fact]
    public void Contains_is_the_order_of_one_history_and_tells_two_apart() =>
        Gen.Select(Gen.UInt[1, 3].Array[1, 8], Gen.Int[0, 7].Array[0, 6], Gen.Int[0, 14], Gen.Int[0, 14]).Sample((shared, rest, i, j) =>
        {
            // In one of them servers go on that wrote before, in the other one a server that takes their place.
            uint[] mine = [.. shared, .. rest.Select(at => shared[at % shared.Length])], theirs = [.. shared, .. rest.Select(_ => 9U)];
            (i, j) = (Math.Min(i, mine.Length), Math.Min(j, mine.Length));
            Assert.Equal(j <= i, State(mine, i).Contains(State(mine, j)));
            Assert.Equal(j <= Math.Min(i, shared.Length), State(theirs, i).Contains(State(mine, j)));
        });

    // The server that writes each sequence, and how far.
    private static MariaDbGtidSet State(uint[] writers, int length) =>
        MariaDbGtidSet.Of(writers.Take(length).Select((w, at) => new MariaDbGtid(0, w, (ulong)at + 1)));

    private static Dictionary<(uint Domain, uint Server), ulong> Naive(IEnumerable<MariaDbGtid> entries)
    {
        var highest = new Dictionary<(uint, uint), ulong>();
        foreach (var entry in entries)
            if (highest.GetValueOrDefault((entry.Domain, entry.Server)) <= entry.Sequence)
                highest[(entry.Domain, entry.Server)] = entry.Sequence;
        return highest;
    }
}
