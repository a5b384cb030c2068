using OrchestratorFunctions.Bench;

namespace OrchestratorFunctions.Storage.Tests.Counting;

/// <summary>The calculation behind scripts/cost.</summary>
public sealed class CostTests
{
    private static readonly CostModel Model = new(Library.Operations, Library.Prices);

    [Fact]
    public void A_thousand_servers_every_five_seconds_cost_at_most_sixty_dollars_a_month()
    {
        var bill = Model.Cheapest(1000, 5, null, null, null);
        Assert.True(bill.Total <= 60, $"{bill.Total:0.00}");
        Assert.True(bill.CpuShare <= CostModel.BusyMost && bill.MemoryShare <= 1);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    [InlineData(10_000)]
    public void The_cheapest_bill_can_do_the_work_and_none_that_can_is_cheaper(int servers)
    {
        var cheapest = Model.Cheapest(servers, 5, null, null, null);
        Assert.InRange(cheapest.CpuShare, 0, CostModel.BusyMost);
        Assert.InRange(cheapest.MemoryShare, 0, 1);
        foreach (var (memory, _) in CostModel.Sizes)
            for (var shards = 1; shards <= CostModel.ShardsMost; shards++)
                if (Model.Of(servers, 5, memory, shards, null) is { CpuShare: <= CostModel.BusyMost, MemoryShare: <= 1 } able) Assert.True(able.Total >= cheapest.Total);
    }

    [Fact]
    public void What_is_asked_for_is_calculated_even_when_it_is_too_little()
    {
        var bill = Model.Cheapest(100_000, 1, 512, 1, 2);
        Assert.Equal((512, 1), (bill.MemoryMb, bill.Shards));
        Assert.True(bill.CpuShare > 1);
        Assert.Contains(bill.Lines, l => l.How.StartsWith("2 instance", StringComparison.Ordinal));
    }

    [Fact]
    public void Timers_of_unused_shards_would_cost_more_than_the_whole_bill_if_they_fired()
    {
        var one = Model.UnusedTimers(shards: 1, memoryMb: 512);
        Assert.Equal("7 timers, 3,679,200 executions, 1,839,600 GB-s", one.How);
        Assert.Equal(47.27, one.Usd, 0.01);
        var bill = Model.Of(1000, 5, 512, 1, null);
        Assert.Equal(one, bill.UnusedTimers);
        Assert.DoesNotContain(bill.Lines, l => l.Item == one.Item);
        Assert.True(one.Usd > bill.Total, $"{bill.Total:0.00}");
        Assert.Equal(0, Model.UnusedTimers(CostModel.ShardsMost, 512).Usd);
    }

    [Fact]
    public void Every_price_says_where_it_comes_from_and_when() =>
        Assert.All(Library.Prices.Prices.Values, p => Assert.True(p.Date.Length > 0 && p.Source.Length > 0 && p.Per.Length > 0));
}
