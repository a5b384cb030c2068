using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Tests.Naming;

public sealed class TagTests
{
    [Theory]
    [InlineData("backup", "backup", "", "backup")]
    [InlineData("backup=", "backup", "", "backup")]
    [InlineData(" role = delayed copy ", "role", "delayed copy", "role=delayed copy")]
    [InlineData("vttablet_alias=dc1-01=a,b", "vttablet_alias", "dc1-01=a,b", "vttablet_alias=dc1-01=a,b")]
    [InlineData("a.b:C-1", "a.b:C-1", "", "a.b:C-1")]
    public void A_tag_is_a_name_with_a_value_or_without(string text, string name, string value, string told)
    {
        Assert.True(Tag.TryParse(text, out var tag, out var problem), problem);
        Assert.Equal((name, value, told), (tag.Name, tag.Value, tag.ToString()));
    }

    [Theory]
    [InlineData("", "tag name '': expected 1 to 128 letters, digits, '-', '_', '.' or ':'")]
    [InlineData("=x", "tag name '': expected 1 to 128")]
    [InlineData("a b", "tag name 'a b': expected 1 to 128")]
    [InlineData("~a", "tag name '~a': expected 1 to 128")]
    [InlineData("a,b", "tag name 'a,b': expected 1 to 128")]
    [InlineData("a\n", null)]
    [InlineData("a\nb", "tag name 'a?b': expected 1 to 128")]
    [InlineData("a=b\tc", "value 'b?c' of tag a: expected up to 256 characters, none of them a control character")]
    public void What_is_no_tag_is_refused(string text, string? because)
    {
        Assert.Equal(because is null, Tag.TryParse(text, out _, out var problem));
        Assert.StartsWith(because ?? "", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_values_have_a_length()
    {
        Assert.True(Tag.TryParse($"{new string('n', 128)}={new string('v', 256)}", out _, out _));
        Assert.False(Tag.TryParse(new string('n', 129), out _, out var tooLong));
        Assert.StartsWith($"tag name '{new string('n', 40)}…': expected", tooLong, StringComparison.Ordinal);
        Assert.False(Tag.TryParse($"n={new string('v', 257)}", out _, out tooLong));
        Assert.StartsWith($"value '{new string('v', 40)}…' of tag n: expected", tooLong, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_told_apart_by_case()
    {
        Assert.Equal(["B", "a", "b"], Tag.None.Add("b", "").Add("a", "").Add("B", "").Keys);
    }
}
