using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Tests.Naming;

public sealed class TagExpressionTests
{
    /// <summary>A server with a bare tag and one with a value, and one without any.</summary>
    [Theory]
    [InlineData("old", true, false)]
    [InlineData("old=", true, false)]
    [InlineData("old=yes", false, false)]
    [InlineData("role", true, false)]
    [InlineData("role=", false, false)]
    [InlineData("role=backup", true, false)]
    [InlineData("role=Backup", false, false)]
    [InlineData("Role", false, false)]
    [InlineData("~role", false, true)]
    [InlineData("!role", false, true)]
    [InlineData("~spare", true, true)]
    [InlineData("~role=backup", false, false)]
    [InlineData("~role=spare", true, false)]
    [InlineData("~role=", true, false)]
    [InlineData("~old=", false, false)]
    [InlineData("~spare=yes", false, false)]
    [InlineData("old,role=backup", true, false)]
    [InlineData(" old , role ", true, false)]
    [InlineData("old,~role", false, false)]
    [InlineData("old,~spare", true, false)]
    [InlineData("~old,~role", false, true)]
    public void Servers_are_found_by_their_tags(string text, bool isTagged, bool isBare)
    {
        Assert.True(TagExpression.TryParse(text, out var expression, out var problem), problem);
        Assert.Equal(isTagged, expression.IsMet(Tag.None.Add("old", "").Add("role", "backup")));
        Assert.Equal(isBare, expression.IsMet(Tag.None));
    }

    [Theory]
    [InlineData("", "tag name '': expected")]
    [InlineData("old,", "tag name '': expected")]
    [InlineData("~", "tag name '': expected")]
    [InlineData("~~old", "tag name '~old': expected")]
    [InlineData("old, a b", "tag name 'a b': expected")]
    [InlineData("=backup", "tag name '': expected")]
    public void What_cannot_be_read_is_refused(string text, string because)
    {
        Assert.False(TagExpression.TryParse(text, out _, out var problem));
        Assert.StartsWith(because, problem, StringComparison.Ordinal);
    }
}
