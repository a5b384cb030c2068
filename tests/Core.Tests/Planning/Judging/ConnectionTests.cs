using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData("", "", false)]
    [InlineData("err=1045", "", false)] // of the connection before this one
    [InlineData("io=connecting", "has not connected to the new primary yet", true)]
    [InlineData("io=connecting err=1045", "cannot connect to the new primary: error 1045: error 1045", false)]
    [InlineData("io=stopped err=3118", "cannot connect to the new primary: error 3118: error 3118", false)]
    public void A_link_follows_when_it_receives(string words, string why, bool isUnderWay)
    {
        var link = WrittenTopology.Read($"db1 rw\ndb2 ro <db1 {words}").Members[1].Current!.Link!;
        Assert.Equal((why, isUnderWay), (Connection.WhyNot(link), Connection.IsUnderWay(link)));
    }
}
