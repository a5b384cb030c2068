using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Tests.Naming;

public sealed class PoolNameTests
{
    [Theory]
    [InlineData("readers")]
    [InlineData("shop-ro_2.eu:A")]
    public void A_pool_has_a_plain_name(string name) => Assert.Null(PoolName.WhyNot(name));

    [Theory]
    [InlineData("", "pool '': expected 1 to 100 letters from a to z, digits, '-', '_', '.' or ':'")]
    [InlineData("a b", "pool 'a b': expected")]
    [InlineData("a/b", "pool 'a/b': expected")]
    [InlineData("a\n", "pool 'a?': expected")]
    [InlineData("läsare", "pool 'läsare': expected")]
    public void Another_is_refused(string name, string because) =>
        Assert.StartsWith(because, PoolName.WhyNot(name), StringComparison.Ordinal);

    [Fact]
    public void A_name_has_a_length()
    {
        Assert.Null(PoolName.WhyNot(new string('n', 100)));
        Assert.StartsWith($"pool '{new string('n', 100)}…': expected", PoolName.WhyNot(new string('n', 101)), StringComparison.Ordinal);
    }
}
