using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Tests.Naming;

public sealed class AliasTests
{
    private static readonly ClusterId Shop = new("c-shop"), Wiki = new("c-wiki");
    private static readonly NamedCluster[] Known =
    [
        new(Shop, "shop", [new(new("db1", 3306), [new("primary", 3306)])]),
        new(Wiki, "Wiki", []),
    ];

    [Theory]
    [InlineData("")]
    [InlineData("shop")]
    [InlineData("shop of Zürich (EU)")]
    public void An_alias_is_up_to_sixty_characters(string alias) => Assert.Null(Alias.WhyNot(alias));

    [Theory]
    [InlineData("a/b", "alias 'a/b': expected up to 60 characters without slashes, '*' and control characters")]
    [InlineData(@"a\b", @"alias 'a\b': expected")]
    [InlineData("a\nb", "alias 'a?b': expected")]
    [InlineData("*", "alias '*': expected")]
    [InlineData("shop*", "alias 'shop*': expected")]
    [InlineData("--json", "alias '--json': expected")]
    [InlineData(" shop", "alias ' shop': expected")]
    [InlineData(" ", "alias ' ': expected")]
    public void What_cannot_stand_in_a_path_a_filter_or_on_a_command_line_is_refused(string alias, string problem) =>
        Assert.StartsWith(problem, Alias.WhyNot(alias), StringComparison.Ordinal);

    [Fact]
    public void A_longer_one_is_refused_and_cut_where_it_is_shown()
    {
        Assert.Null(Alias.WhyNot(new string('a', 60)));
        Assert.StartsWith($"alias '{new string('a', 60)}…': expected", Alias.WhyNot(new string('a', 61)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop", "c-shop", null)]
    [InlineData("SHOP", "c-shop", null)]
    [InlineData("new", "c-shop", null)]
    [InlineData("SHOP", "c-wiki", "alias 'SHOP': cluster c-shop of db1:3306 has this name")]
    [InlineData("wiki", "c-shop", "alias 'wiki': cluster c-wiki has this name")]
    [InlineData("c-wiki", "c-shop", "alias 'c-wiki': cluster c-wiki has this name")]
    [InlineData("db1", "c-shop", "alias 'db1': is a name of server db1:3306; it would not be known which of the two is meant")]
    [InlineData("primary", "c-wiki", "alias 'primary': is a name of server db1:3306; it would not be known which of the two is meant")]
    public void It_names_one_cluster_and_nothing_else(string alias, string cluster, string? because) =>
        Assert.Equal(because, Alias.WhyNot(alias, new(cluster), [.. Known])?.Because);
}
