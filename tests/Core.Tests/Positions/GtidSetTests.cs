using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

public class GtidSetTests
{
    private const string A = "0000000a-0000-0000-0000-00000000000a";
    private const string B = "0000000b-0000-0000-0000-00000000000b";
    private const string Whole = A + ":1-9223372036854775806";

    [Theory]
    [InlineData(A + ":1-3", A + ":5-9", A + ":1-3:5-9")]
    [InlineData(A + ":1-3", A + ":4-9", A + ":1-9")]
    [InlineData(A + ":1-3:7", A + ":2-6", A + ":1-7")]
    [InlineData(A + ":1", B + ":1", A + ":1," + B + ":1")]
    [InlineData(A + ":1", A + ":t:1", A + ":1:t:1")]
    [InlineData("", A + ":1", A + ":1")]
    public void Union_holds_what_either_has(string left, string right, string expected)
    {
        Assert.Equal(expected, GtidSet.Parse(left).Union(GtidSet.Parse(right)).ToString());
        Assert.Equal(expected, GtidSet.Parse(right).Union(GtidSet.Parse(left)).ToString());
    }

    [Theory]
    [InlineData(A + ":1-9", A + ":4-6", A + ":1-3:7-9")]
    [InlineData(A + ":1-9", A + ":1:3:9", A + ":2:4-8")]
    [InlineData(A + ":1-3:5-9", A + ":2-7", A + ":1:8-9")]
    [InlineData(A + ":1-3", A + ":t:1-3", A + ":1-3")]
    [InlineData(A + ":t:1-3", A + ":t:2", A + ":t:1:3")]
    [InlineData(A + ":1-3," + B + ":1", A + ":1-3", B + ":1")]
    [InlineData(A + ":1-3", A + ":1-5", "")]
    [InlineData(Whole, A + ":2-9223372036854775805", A + ":1:9223372036854775806")]
    [InlineData(Whole, Whole, "")]
    public void Except_leaves_what_the_other_lacks(string left, string right, string expected) =>
        Assert.Equal(expected, GtidSet.Parse(left).Except(GtidSet.Parse(right)).ToString());

    [Theory]
    [InlineData(A + ":1-9", A + ":4-16", A + ":4-9")]
    [InlineData(A + ":1-3:7-9", A + ":2-8", A + ":2-3:7-8")]
    [InlineData(A + ":1-3", A + ":t:1-3", "")]
    [InlineData(Whole, A + ":7", A + ":7")]
    public void Intersect_holds_what_both_have(string left, string right, string expected)
    {
        var (a, b) = (GtidSet.Parse(left), GtidSet.Parse(right));
        Assert.Equal(expected, a.Intersect(b).ToString());
        Assert.Equal(expected.Length > 0, a.Overlaps(b));
    }

    [Theory]
    [InlineData(A + ":1-9", A + ":1-9", true)]
    [InlineData(A + ":1-9", A + ":2:4:6-9", true)]
    [InlineData(A + ":1-3:5-9", A + ":3-5", false)]
    [InlineData(A + ":1-9", A + ":9-10", false)]
    [InlineData(A + ":1-9", A + ":t:1", false)]
    [InlineData(A + ":1-9", B + ":1", false)]
    [InlineData(A + ":1-9", "", true)]
    [InlineData("", A + ":1", false)]
    public void Contains_wants_every_transaction(string outer, string inner, bool expected) =>
        Assert.Equal(expected, GtidSet.Parse(outer).Contains(GtidSet.Parse(inner)));

    [Fact]
    public void Contains_one_transaction_by_source_tag_and_number()
    {
        var set = GtidSet.Parse(A + ":1-3:blue:7");
        Assert.True(set.Contains(Gtid.Parse(A + ":3")));
        Assert.True(set.Contains(Gtid.Parse(A + ":BLUE:7")));
        Assert.False(set.Contains(Gtid.Parse(A + ":7")));
        Assert.False(set.Contains(Gtid.Parse(B + ":1")));
    }

    [Fact]
    public void Counts_without_walking_and_beyond_64_bits()
    {
        Assert.Equal(UInt128.Zero, GtidSet.Empty.Count);
        Assert.Equal((UInt128)6, GtidSet.Parse(A + ":1-3:5:t:1-2").Count);
        var three = GtidSet.Parse($"{Whole}:t:1-9223372036854775806,{B}:1-9223372036854775806");
        Assert.Equal(3 * (UInt128)GtidInterval.Highest, three.Count);
    }

    [Fact]
    public void Adds_one_transaction_and_closes_the_gap()
    {
        Assert.Equal(A + ":1-5", GtidSet.Parse(A + ":1-3:5").Add(Gtid.Parse(A + ":4")).ToString());
        Assert.Equal(A + ":t:4", GtidSet.Empty.Add(Gtid.Parse(A + ":t:4")).ToString());
        var set = GtidSet.Parse(A + ":1-3");
        Assert.Equal(set, set.Add(Gtid.Parse(A + ":2")));
    }

    [Fact]
    public void Lists_single_transactions_up_to_a_limit()
    {
        var set = GtidSet.Parse($"{B}:7:t:1,{A}:9223372036854775805-9223372036854775806");
        Assert.Equal(
            [A + ":9223372036854775805", A + ":9223372036854775806", B + ":7", B + ":t:1"],
            set.Gtids(9).Select(gtid => gtid.ToString()));
        Assert.Equal(2, set.Gtids(2).Count());
        Assert.Empty(set.Gtids(0));
        Assert.Equal(5, GtidSet.Parse(Whole).Gtids(5).Last().Number);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Gtids(-1));
    }

    [Fact]
    public void Drops_sources_with_their_tags()
    {
        var set = GtidSet.Parse($"{A}:1-3:blue:1,{B}:7");
        Assert.Equal(B + ":7", set.WithoutSources([Guid.Parse(A)]).ToString());
        Assert.Equal(set, set.WithoutSources([]));
        Assert.True(set.WithoutSources([Guid.Parse(A), Guid.Parse(B)]).IsEmpty);
    }

    [Fact]
    public void Tells_its_sources_once_each_and_sorted() =>
        Assert.Equal([Guid.Parse(A), Guid.Parse(B)], GtidSet.Parse($"{B}:1,{A}:1:x:2:y:3").Sources);

    [Fact]
    public void Tells_the_intervals_of_a_source_and_tag()
    {
        var set = GtidSet.Parse(A + ":1-3:5:blue:7");
        Assert.Equal([new GtidInterval(1, 3), new GtidInterval(5, 5)], set.IntervalsOf(Guid.Parse(A)));
        Assert.Equal([new GtidInterval(7, 7)], set.IntervalsOf(Guid.Parse(A), "Blue"));
        Assert.Empty(set.IntervalsOf(Guid.Parse(B)));
    }

    [Fact]
    public void Errant_transactions_are_what_the_source_lacks_and_did_not_write()
    {
        var replica = GtidSet.Parse($"{A}:1-120,{B}:1-2");
        var source = GtidSet.Parse($"{A}:1-118");
        Assert.Equal(B + ":1-2", replica.Except(source).WithoutSources([Guid.Parse(A)]).ToString());
    }

    [Fact]
    public void Hundreds_of_thousands_of_intervals_are_walked_once()
    {
        const int Many = 300_000;
        var odd = GtidSet.Parse(A + string.Concat(Enumerable.Range(0, Many).Select(i => $":{2 * i + 1}")));
        var even = GtidSet.Parse(A + string.Concat(Enumerable.Range(1, Many).Reverse().Select(i => $":{2 * i}")));
        Assert.Equal($"{A}:1-{2 * Many}", odd.Union(even).ToString());
        Assert.Equal(odd, odd.Except(even));
        Assert.Equal(even, GtidSet.Parse(Whole).Except(odd).Intersect(GtidSet.Parse($"{A}:1-{2 * Many}")));
        Assert.True(odd.Union(even).Contains(even));
        Assert.False(odd.Overlaps(even));
    }

    [Fact]
    public void Equal_sets_are_equal_however_they_came_about()
    {
        var set = GtidSet.Parse(A + ":1-5:t:1");
        var same = GtidSet.Parse(A + ":t:1").Union(GtidSet.Parse(A + ":1-2")).Union(GtidSet.Parse(A + ":3-5"));
        Assert.True(set == same);
        Assert.Equal(set.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(set, GtidSet.Parse(A + ":1-5:u:1"));
        Assert.NotEqual(set, GtidSet.Parse(A + ":1-6:t:1"));
        Assert.NotEqual(set, GtidSet.Parse(B + ":1-5:t:1"));
    }

    [Theory]
    [InlineData(A + ":1-9:blue:1-2", A + ":1-9", A + ":blue:1-2")]
    [InlineData(A + ":1-9:blue:1-2", A + ":blue:1", "")]
    [InlineData(A + ":1-9:blue:1-2", B + ":blue:1", A + ":blue:1-2")]
    [InlineData(A + ":1-9", "", "")]
    public void A_tag_of_which_the_other_set_has_nothing_is_new_to_it(string set, string other, string isNew) =>
        Assert.Equal(isNew, GtidSet.Parse(set).OfTagsNewTo(GtidSet.Parse(other)).ToString());
}
