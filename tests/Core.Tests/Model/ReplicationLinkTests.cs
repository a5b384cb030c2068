using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class ReplicationLinkTests
{
    [Theory]
    [InlineData("io=connecting", true)]
    [InlineData("io=connecting err=2003", true)]
    [InlineData("io=connecting err=2005", true)]
    [InlineData("io=stopped err=2003", true)]
    [InlineData("io=stopped err=2013", true)]
    [InlineData("io=stopped err=2055", true)]
    [InlineData("io=stopped", false)]
    [InlineData("io=running", false)]
    [InlineData("io=running err=2003", false)]
    [InlineData("io=stopped err=1236", false)]
    // The source answered: it lives.
    [InlineData("io=connecting err=1045", false)]
    [InlineData("io=connecting err=1040", false)]
    [InlineData("io=connecting err=2026", false)]
    [InlineData("io=connecting err=2061", false)]
    public void Cannot_reach_its_source(string words, bool expected) => Assert.Equal(expected, Link(words).CannotReachSource);

    /// <summary>It tries that again and again: one that a recovery stops meanwhile is owed its start.</summary>
    [Theory]
    [InlineData(2003, true)]
    [InlineData(1045, true)]
    [InlineData(3032, true)]
    [InlineData(3118, true)]
    [InlineData(1236, false)]
    [InlineData(13114, false)]
    public void Failed_to_connect(int error, bool expected) => Assert.Equal(expected, Link($"io=stopped err={error}").FailedToConnect);

    [Theory]
    [InlineData("", null)]
    [InlineData("read=b.000001:10 done=b.000001:10", true)]
    [InlineData("read=b.000002:4 done=b.000001:10", false)]
    public void Applied_all_by_position(string words, bool? expected) => Assert.Equal(expected, Link(words).AppliedAllByPosition);

    private static ReplicationLink Link(string words) => WrittenTopology.Read("db2 ro <db1 " + words).Members[0].Current!.Link!;
}
