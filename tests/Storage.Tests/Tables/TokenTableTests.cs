using Azure.Data.Tables;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed class TokenTableTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_token_is_read_as_it_was_added_by_every_process()
    {
        var rooms = await Rooms.OpenAsync();
        var (tokens, other) = (rooms.Room.Tokens, (await rooms.AnotherAsync()).Tokens);
        Assert.Empty(await tokens.ReadTokensAsync(None));
        Assert.True(await tokens.AddTokenAsync(Of("ci"), None));
        Assert.True(await other.AddTokenAsync(Of("CI.x") with { Role = "power" }, None));
        Assert.Equal([Of("CI.x") with { Role = "power" }, Of("ci")], await other.ReadTokensAsync(None));
    }

    [Fact]
    public async Task A_name_is_given_once_also_to_two_that_ask_at_the_same_moment()
    {
        var rooms = await Rooms.OpenAsync();
        var other = (await rooms.AnotherAsync()).Tokens;
        var added = await Task.WhenAll(rooms.Room.Tokens.AddTokenAsync(Of("ci", "11111111"), None), other.AddTokenAsync(Of("ci", "22222222"), None));
        Assert.Single(added, a => a);
        Assert.Equal(added[0] ? "11111111" : "22222222", (await other.ReadTokensAsync(None)).Single().Id);
        // The same one again: its answer was lost on the way.
        Assert.True(await rooms.Room.Tokens.AddTokenAsync((await other.ReadTokensAsync(None)).Single(), None));
    }

    [Fact]
    public async Task What_is_removed_stays_removed_and_another_one_of_its_name_is_left_alone()
    {
        var tokens = (await Rooms.OpenAsync()).Room.Tokens;
        var (first, second) = (Of("ci", "11111111"), Of("ci", "22222222"));
        await tokens.AddTokenAsync(first, None);
        Assert.True(await tokens.RemoveTokenAsync(first, None));
        Assert.False(await tokens.RemoveTokenAsync(first, None));
        await tokens.SaveTokenUseAsync(first, Rooms.Start, None);
        Assert.Empty(await tokens.ReadTokensAsync(None));
        await tokens.AddTokenAsync(second, None);
        Assert.False(await tokens.RemoveTokenAsync(first, None));
        await tokens.SaveTokenUseAsync(first, Rooms.Start, None);
        Assert.Equal([second], await tokens.ReadTokensAsync(None));
    }

    [Fact]
    public async Task Its_last_use_is_kept_beside_the_rest()
    {
        var tokens = (await Rooms.OpenAsync()).Room.Tokens;
        await tokens.AddTokenAsync(Of("ci"), None);
        await tokens.SaveTokenUseAsync(Of("ci"), Rooms.Start.AddHours(1), None);
        Assert.Equal([Of("ci") with { UsedAt = Rooms.Start.AddHours(1) }], await tokens.ReadTokensAsync(None));
    }

    [Fact]
    public async Task A_row_of_another_version_allows_nothing_and_hides_no_other()
    {
        var rooms = await Rooms.OpenAsync();
        await rooms.Room.Tokens.AddTokenAsync(Of("ci"), None);
        await rooms.Table("Settings").AddEntityAsync(new TableEntity("tokens", "later") { ["Hash"] = 7 });
        var later = (await rooms.Room.Tokens.ReadTokensAsync(None)).Single(t => t.Name == "later");
        Assert.Equal(("", "", "", default(DateTimeOffset)), (later.Id, later.Role, later.Hash, later.ExpiresAt));
    }

    private static StoredToken Of(string name, string id = "1234abcd") =>
        new(name, id, "operate", new string('a', 64), "ann", Rooms.Start, Rooms.Start.AddDays(90));
}
