using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Positions;

public sealed class LogSearchTests
{
    [Fact]
    public void A_file_has_what_the_next_one_begins_with_beyond_its_own_beginning()
    {
        var search = LogSearch.For(Of("B:1-3"), Of("A:1-30,B:1-3"))
            .Older("log.000004", Of("A:1-25,B:1-2")).Older("log.000003", Of("A:1-20,B:1-2")).Older("log.000002", Of("A:1-10,B:1"));
        Assert.Equal([new LoggedIn("log.000002", Of("B:2")), new LoggedIn("log.000004", Of("B:3"))], search.Found);
        Assert.Equal((false, Of("B:1")), (search.IsOver, search.Left));
    }

    [Fact]
    public void It_is_over_when_all_is_found_and_what_is_left_at_the_end_was_deleted()
    {
        var all = LogSearch.For(Of("B:7"), Of("A:1-3,B:7")).Older("log.000009", Of("A:1-3"));
        Assert.True(all.IsOver);
        Assert.Equal((1, GtidSet.Empty), (all.Told, all.Left));

        var deleted = LogSearch.For(Of("B:1-2"), Of("A:1-3,B:1-2")).Older("log.000002", Of("A:1-2,B:1-2")).Older("log.000001", Of("B:1"));
        Assert.Equal(("log.000001", Of("B:2"), Of("B:1")), (deleted.Found.Single().File, deleted.Found.Single().Transactions, deleted.Left));
    }

    // Between the look at the server and at its files it went on: the newest file begins with more than was seen.
    [Fact]
    public void A_file_that_was_begun_after_the_look_has_nothing_of_it()
    {
        var search = LogSearch.For(Of("B:1"), Of("A:1-3,B:1")).Older("log.000003", Of("A:1-9,B:1")).Older("log.000002", Of("A:1"));
        Assert.Equal(["log.000002"], search.Found.Select(f => f.File));
    }

    private static GtidSet Of(string gtids) => GtidSet.Parse(string.Join(',', gtids.Split(',').Select(g => WrittenTopology.Uuid(g[0]) + g[1..])));
}
