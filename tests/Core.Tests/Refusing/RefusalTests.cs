using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Tests.Refusing;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("it flaps", "Recovery:BlockWindow", "it flaps. To allow it: Recovery:BlockWindow")]
    [InlineData("is the network well?", "Recovery:FleetLimit", "is the network well? To allow it: Recovery:FleetLimit")]
    [InlineData("it is the primary", "", "it is the primary")]
    public void Says_why_not_and_what_would_allow_it(string because, string remedy, string says) =>
        Assert.Equal(says, new Refusal(because, remedy).Says);

    [Fact]
    public void Several_reasons_are_one_and_each_remedy_is_said_once()
    {
        var one = Refusal.Of([new("a", "x"), new("b"), new("c", "y"), new("d", "x")]);
        Assert.Equal(new Refusal("a; b; c; d", "x; y"), one);
        Assert.Throws<ArgumentOutOfRangeException>(() => Refusal.Of([]));
    }

    [Fact]
    public void It_survives_storage_and_keeps_what_would_allow_it()
    {
        var refusal = new Refusal("a", "x").And("; b");
        Assert.Equal(new Refusal("a; b", "x"), Json.RoundTrip(refusal));
        Assert.DoesNotContain("says", Json.Of(refusal), StringComparison.Ordinal);
    }
}
