using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Positions;

public class GtidPositionTests
{
    private static readonly GtidPosition MySql = GtidSet.Parse("0000000b-0000-0000-0000-00000000000b:1-3");
    private static readonly GtidPosition MariaDb = MariaDbGtidSet.Parse("0-1-3");

    [Fact]
    public void Within_a_flavour_the_flavour_answers()
    {
        GtidPosition less = GtidSet.Parse("0000000b-0000-0000-0000-00000000000b:1-2"), earlier = MariaDbGtidSet.Parse("0-1-2");
        Assert.True(MySql.Contains(less) && !less.Contains(MySql));
        Assert.True(MariaDb.Contains(earlier) && !earlier.Contains(MariaDb));
        Assert.Equal(MySql, less.Union(MySql));
        Assert.Equal(MariaDb, earlier.Union(MariaDb));
        Assert.Equal("0000000b-0000-0000-0000-00000000000b:3", MySql.Except(less).ToString());
        Assert.Equal("0-1-3", MariaDb.Except(earlier).ToString());
    }

    [Fact]
    public void Across_flavours_only_nothing_is_contained()
    {
        Assert.False(MySql.Contains(MariaDb) || MariaDb.Contains(MySql));
        Assert.True(MySql.Contains(MariaDbGtidSet.Empty) && MariaDb.Contains(GtidSet.Empty));
        Assert.True(GtidPosition.EmptyFor(ServerFlavor.MySql).Contains(MariaDbGtidSet.Empty));
    }

    [Fact]
    public void Across_flavours_union_and_except_are_refused_naming_both()
    {
        foreach (var mixed in new[] { () => MySql.Union(MariaDb), () => MySql.Except(MariaDb), () => MariaDb.Union(MySql), () => MariaDb.Except(MySql) })
        {
            var message = Assert.Throws<ArgumentException>(mixed).Message;
            Assert.Contains($"MySQL GTID set '{MySql}'", message, StringComparison.Ordinal);
            Assert.Contains($"MariaDB GTID position '{MariaDb}'", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_refusal_does_not_quote_a_huge_set_in_full()
    {
        var huge = GtidSet.Parse("0000000b-0000-0000-0000-00000000000b" + string.Concat(Enumerable.Range(1, 9999).Select(i => $":{2 * i}")));
        Assert.True(Assert.Throws<ArgumentException>(() => MariaDb.Union(huge)).Message.Length < 400);
    }

    [Fact]
    public void Empty_comes_in_the_flavour_asked_for()
    {
        Assert.Same(MariaDbGtidSet.Empty, GtidPosition.EmptyFor(ServerFlavor.MariaDb));
        Assert.Same(GtidSet.Empty, GtidPosition.EmptyFor(ServerFlavor.MySql));
        Assert.Same(GtidSet.Empty, GtidPosition.EmptyFor(ServerFlavor.Percona));
        Assert.All([ServerFlavor.MySql, ServerFlavor.MariaDb], flavor => Assert.True(GtidPosition.EmptyFor(flavor).IsEmpty));
    }

    [Fact]
    public void Equality_works_through_the_base()
    {
        GtidPosition same = GtidSet.Parse("0000000B-0000-0000-0000-00000000000B:2-3:1");
        Assert.True(MySql == same);
        Assert.Equal(MySql.GetHashCode(), same.GetHashCode());
        Assert.True(MySql != MariaDb);
        Assert.NotEqual(GtidPosition.EmptyFor(ServerFlavor.MySql), GtidPosition.EmptyFor(ServerFlavor.MariaDb));
    }
}
