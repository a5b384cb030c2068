namespace OrchestratorFunctions.Hooks.Tests;

public sealed class WebhooksTests
{
    [Fact]
    public async Task Without_an_address_there_is_nobody_to_tell()
    {
        await using var room = new Webhooks(new HookOptions(), TimeProvider.System);
        Assert.Empty(room.Sinks);
    }

    [Fact]
    public async Task Every_address_is_one_to_tell_with_a_mark_of_its_own_that_stays()
    {
        var options = new HookOptions { Url = "https://a.example.com/1 https://a.example.com/2,https://a.example.com/1" };
        await using var room = new Webhooks(options, TimeProvider.System);
        await using var another = new Webhooks(options, TimeProvider.System);
        Assert.Equal(2, room.Sinks.Select(s => s.Mark).Distinct().Count());
        Assert.Equal(2, room.Sinks.Length);
        Assert.Equal(room.Sinks.Select(s => s.Mark), another.Sinks.Select(s => s.Mark));
    }
}
