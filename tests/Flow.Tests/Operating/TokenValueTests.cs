using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class TokenValueTests
{
    [Fact]
    public void A_value_has_256_random_bits_and_is_read_as_it_was_made()
    {
        var made = Enumerable.Range(0, 100).Select(_ => TokenValue.New()).ToArray();
        Assert.All(made, v => Assert.Matches("^orc_[0-9a-f]{8}_[0-9a-f]{64}$", v.Text));
        Assert.Equal(100, made.Select(v => v.Text).Distinct().Count());
        Assert.All(made, v => Assert.Equal((v.Id, v.Text, v.Hash), (TokenValue.Read(v.Text)!.Id, TokenValue.Read(v.Text)!.Text, TokenValue.Read(v.Text)!.Hash)));
    }

    [Fact]
    public void Only_its_own_hash_fits_and_what_is_shown_of_it_is_no_secret()
    {
        var (one, other) = (TokenValue.New(), TokenValue.New());
        Assert.True(one.Is(one.Hash));
        Assert.False(one.Is(other.Hash));
        Assert.False(one.Is(""));
        Assert.Equal($"orc_{one.Id}", $"{one}");
        Assert.DoesNotContain(one.Text.Split('_')[2], one.Hash, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("orc_")]
    [InlineData("orc_12345678")]
    [InlineData("orc_12345678_abc")]
    [InlineData("ORC_12345678_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("orc_1234567G_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("orc_12345678_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeF")]
    [InlineData("orc_12345678_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef_")]
    [InlineData(" orc_12345678_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void What_has_not_the_form_of_a_value_is_none(string text) => Assert.Null(TokenValue.Read(text));
}
