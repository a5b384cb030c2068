using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Api.Access;

namespace OrchestratorFunctions.Api.Tests.Access;

public sealed class BucketsTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void So_often_at_once_and_then_as_the_minute_goes_by()
    {
        var buckets = new Buckets(6, time);
        for (var i = 0; i < 6; i++) Assert.Null(buckets.Take("a"));
        Assert.Equal(TimeSpan.FromSeconds(10), buckets.Take("a"));
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(1), buckets.Take("a"));
        Assert.Null(buckets.Take("b"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(buckets.Peek("a"));
        Assert.Null(buckets.Peek("a"));
        Assert.Null(buckets.Take("a"));
        Assert.Equal(TimeSpan.FromSeconds(10), buckets.Peek("a"));
        time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 6; i++) Assert.Null(buckets.Take("a"));
        Assert.NotNull(buckets.Take("a"));
    }

    [Fact]
    public void With_0_it_may_be_done_as_often_as_anybody_likes()
    {
        var buckets = new Buckets(0, time);
        for (var i = 0; i < 1000; i++) Assert.Null(buckets.Take("a"));
    }

    [Fact]
    public void Of_many_callers_the_one_that_was_not_seen_for_longest_is_forgotten()
    {
        var buckets = new Buckets(1, time);
        Assert.Null(buckets.Take("first"));
        Assert.Null(buckets.Take("second"));
        for (var i = 0; i < Buckets.Most - 2; i++) Assert.Null(buckets.Take($"{i}"));
        Assert.NotNull(buckets.Take("first"));
        Assert.Null(buckets.Take("one more"));
        Assert.NotNull(buckets.Take("first"));
        Assert.Null(buckets.Take("second"));
    }
}
