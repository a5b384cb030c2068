using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class SharedLifeTests
{
    private readonly SharedLife life = new();

    [Fact]
    public void Before_the_first_caller_it_is_not_over() => Assert.False(life.Token.IsCancellationRequested);

    [Fact]
    public async Task It_ends_with_the_last_caller_and_a_new_one_begins_with_the_next()
    {
        var before = life.Token;
        life.Join();
        life.Join();
        Assert.Null(await life.LeaveAsync());
        Assert.False(before.IsCancellationRequested);

        Assert.Equal(before, await life.LeaveAsync());
        Assert.True(before.IsCancellationRequested);
        Assert.True(life.Token.IsCancellationRequested);

        life.Join();
        Assert.False(life.Token.IsCancellationRequested);
    }
}
