using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class ClusterIdTests
{
    [Theory]
    [InlineData("abc")]
    [InlineData("c-0123456789abcdef")]
    public void Takes_what_a_table_key_takes(string text) => Assert.Equal(text, new ClusterId(text).ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("Abc")]
    [InlineData("a_b_c")]
    [InlineData("a/b")]
    public void Refuses_the_rest(string? text) => Assert.Throws<FormatException>(() => new ClusterId(text!));

    [Fact]
    public void Refuses_more_than_63_characters() => Assert.Throws<FormatException>(() => new ClusterId(new string('a', 64)));

    [Fact]
    public void Two_processes_that_meet_a_cluster_agree_on_its_id()
    {
        Assert.Equal(ClusterId.FirstMetAt("3E11FA47-71CA"), ClusterId.FirstMetAt("3e11fa47-71ca"));
        Assert.NotEqual(ClusterId.FirstMetAt("db1:3306"), ClusterId.FirstMetAt("db2:3306"));
        Assert.Equal("c-44e7d6b8e7b4e4b5".Length, ClusterId.FirstMetAt("x").Value.Length);
    }

    [Fact]
    public void The_default_value_prints_as_nothing() => Assert.Equal("", default(ClusterId).ToString());
}
