using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Tests.Naming;

public sealed class NearestTests
{
    private static readonly string[] Known = ["takeover", "topology", "recoveries", "plan", "forget"];

    [Theory]
    [InlineData("takover", "takeover")]
    [InlineData("tkaeover", "takeover")]
    [InlineData("TOPOLOGIE", "topology")]
    [InlineData("recovery", null)]
    [InlineData("recoverie", "recoveries")]
    [InlineData("pln", "plan")]
    [InlineData("frobnicate", null)]
    [InlineData("", null)]
    public void A_slip_of_the_keys_finds_the_word(string typed, string? meant) => Assert.Equal(meant, Nearest.Of(typed, Known));

    [Fact]
    public void It_is_asked_after_a_refusal_and_only_then()
    {
        Assert.Equal("; did you mean 'forget'?", Nearest.Question("forgett", Known));
        Assert.Equal("", Nearest.Question("frobnicate", Known));
    }
}
