using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorTokensTests
{
    [Fact]
    public void A_value_is_answered_once_and_stands_nowhere() => Desk.Run(desk =>
    {
        var answer = Create(desk, "ci", "operate", TimeSpan.FromDays(30));
        var created = Assert.IsType<CreatedToken>(answer.Value);
        Assert.Equal(("ci", "operate", World.Noon.AddDays(30)), (created.Name, created.Role, created.ExpiresAt));
        Assert.Equal($"token ci with the role operate is good until 2026-01-31 12:00:00Z; its value is not told again:\n{created.Token}", answer.Says);
        var stored = desk.Memory.ReadTokensAsync(default).Result.Single();
        Assert.True(TokenValue.Read(created.Token)!.Is(stored.Hash));
        var entry = desk.Memory.Entries.Single();
        Assert.Equal(("dana", "create-token", $"ci (orc_{stored.Id}), role operate, until 2026-01-31 12:00:00Z: pipeline"), (entry.Actor, entry.Act, entry.Says));
        var secret = created.Token.Split('_')[2];
        Assert.DoesNotContain(secret, $"{entry} {stored} {List(desk).Single()} {created.Says}", StringComparison.Ordinal);
    });

    [Fact]
    public void A_name_is_taken_until_its_token_is_revoked_or_has_expired() => Desk.Run(desk =>
    {
        var first = (CreatedToken)Create(desk, "ci", "read", TimeSpan.FromHours(1)).Value!;
        Assert.Equal("there is a token ci already", Create(desk, "ci", "power", TimeSpan.FromHours(1)).Refusal!.Because);
        Assert.Equal("read", List(desk).Single().Role);
        desk.Pass(TimeSpan.FromHours(1));
        Assert.True(List(desk).Single().IsExpired);
        var second = (CreatedToken)Create(desk, "ci", "power", TimeSpan.FromHours(1)).Value!;
        Assert.NotEqual(first.Token, second.Token);
        Assert.Equal(("power", false), (List(desk).Single().Role, List(desk).Single().IsExpired));
        Assert.Equal("token ci is revoked", Revoke(desk, "ci").Says);
        Assert.Empty(List(desk));
        Assert.Equal(["create-token", "create-token", "revoke-token"], desk.Memory.Entries.Select(e => e.Act));
        Assert.Equal(OperationEnd.NotFound, Revoke(desk, "ci").End);
    });

    [Theory]
    [InlineData("", "read", 60, "name '': expected 1 to 60 letters")]
    [InlineData("a b", "read", 60, "name 'a b': expected 1 to 60 letters")]
    [InlineData("a\nb", "read", 60, "name 'a?b': expected 1 to 60 letters")]
    [InlineData("ci", "Power", 60, "role 'Power': expected read, operate, power")]
    [InlineData("ci", "none", 60, "role 'none': expected read, operate, power")]
    [InlineData("ci", "read", 0, "for 0s: expected 1m to 365d")]
    [InlineData("ci", "read", (365 * 24 * 60) + 1, "for 365d1m: expected 1m to 365d")]
    public void What_cannot_be_meant_changes_nothing(string name, string role, int minutes, string because) => Desk.Run(desk =>
    {
        desk.AssertRefused(OperationEnd.BadInput, because, Create(desk, name, role, TimeSpan.FromMinutes(minutes)));
        Assert.Empty(List(desk));
    });

    /// <summary>Whoever types the value where the name belongs.</summary>
    [Fact]
    public void A_value_that_is_given_for_a_name_is_not_repeated() => Desk.Run(desk =>
    {
        var value = ((CreatedToken)Create(desk, "ci", "read", TimeSpan.FromHours(1)).Value!).Token;
        Assert.Equal("token 'orc_…': there is none of this name", Revoke(desk, value).Refusal!.Because);
        Assert.DoesNotContain(value, Create(desk, value, "read", TimeSpan.FromHours(1)).Refusal!.Says, StringComparison.Ordinal);
    });

    [Fact]
    public void There_are_no_more_than_so_many() => Desk.Run(desk =>
    {
        for (var i = 0; i < OperatorTokens.Most; i++)
            desk.Memory.AddTokenAsync(new StoredToken($"t{i}", $"{i:x8}", "read", "", "ann", World.Noon, World.Noon), default);
        desk.AssertRefused(OperationEnd.Refused, "there are 500 tokens, and no more than 500", Create(desk, "ci", "read", TimeSpan.FromHours(1)));
        Assert.Equal(OperationEnd.Done, Create(desk, "t7", "read", TimeSpan.FromHours(1)).End);
    });

    private static OperationAnswer Create(Desk desk, string name, string role, TimeSpan lasts) => desk.Ask(v => v.Tokens.CreateAsync(name, role, lasts, "dana", "pipeline", default));

    private static OperationAnswer Revoke(Desk desk, string name) => desk.Ask(v => v.Tokens.RevokeAsync(name, "dana", "left", default));

    private static TokenEntry[] List(Desk desk) => [.. desk.Verbs.Tokens.ListAsync(default).Result];
}
