using OrchestratorFunctions.Api.Access;

namespace OrchestratorFunctions.Api.Tests.Access;

public sealed class RecentTests
{
    [Fact]
    public void So_many_are_kept_and_the_one_that_was_not_asked_for_longest_goes_first()
    {
        var recent = new Recent<int>(2);
        recent.Set("a", 1);
        recent.Set("b", 2);
        Assert.True(recent.TryGet("a", out var one) && one == 1);
        recent.Set("c", 3);
        Assert.False(recent.TryGet("b", out _));
        recent.Set("a", 4);
        Assert.True(recent.TryGet("a", out one) && one == 4);
        Assert.True(recent.TryGet("c", out _));
        Assert.Equal(2, recent.Count);
    }
}
