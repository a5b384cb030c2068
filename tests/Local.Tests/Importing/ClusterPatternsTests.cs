using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Local.Importing;

namespace OrchestratorFunctions.Local.Tests.Importing;

public sealed class ClusterPatternsTests
{
    [Theory]
    [InlineData("*", "*")]
    [InlineData(".*", "*")]
    [InlineData("^.*$", "*")]
    [InlineData("shop", "shop", "*shop*:*")]
    [InlineData("db1.example.com", "db1.example.com", "*db1.example.com*:*")]
    [InlineData("db1.example.com:3306", "db1.example.com:3306")]
    [InlineData("alias=shop", "shop")]
    [InlineData("alias~=^shop", "shop*")]
    [InlineData("alias~=shop", "*shop*")]
    [InlineData(@"^db-.*\.example[.]com", "db-*.example.com*:*")]
    [InlineData(@"\.example\.com:3306$", "*.example.com:3306")]
    [InlineData("^shop|^bank", "shop*:*", "bank*:*")]
    public void What_a_pattern_can_say_becomes_one(string entry, params string[] patterns) =>
        Assert.Equal(patterns, ClusterPatterns.Of(entry));

    [Theory]
    [InlineData("db[0-9]+")]
    [InlineData("^(shop|bank)$")]
    [InlineData("db?")]
    [InlineData(@"db\d")]
    [InlineData(@"db\*")]
    [InlineData("a,b")]
    [InlineData("alias=a,b")]
    [InlineData("alias=*")]
    [InlineData("shop|")]
    [InlineData("^$")]
    [InlineData("")]
    public void What_it_cannot_say_becomes_none(string entry) => Assert.Empty(ClusterPatterns.Of(entry));

    [Fact]
    public void A_pattern_over_servers_names_no_alias() =>
        Assert.DoesNotContain(
            ClusterPatterns.Of("shop"), p => p != "shop" && !p.EndsWith(":*", StringComparison.Ordinal));

    [Fact]
    public void Each_is_a_pattern_of_the_filter_as_it_stands() =>
        Assert.Equal(ClusterPatterns.Of("shop"), new RecoveryFilter(ClusterPatterns.Of("shop")).Clusters);
}
