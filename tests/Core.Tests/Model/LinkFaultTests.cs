using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class LinkFaultTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("io=stopped", "stopped", "")]
    [InlineData("io=stopped err=1236", "error 1236", "")]
    [InlineData("io=connecting err=1045", "refused 1045", "")]
    [InlineData("io=connecting err=2003", "cannot connect", "")]
    [InlineData("io=connecting", "", "")]
    [InlineData("sql=stopped", "", "stopped")]
    [InlineData("sqlerr=1062", "", "error 1062")]
    public void Says_why_a_thread_stands_still(string state, string receiver, string applier)
    {
        var link = WrittenTopology.Read($"db1 rw\ndb2 ro <db1 {state}").Members[1].Current!.Link!;
        Assert.Equal((receiver, applier), (LinkFault.OfReceiver(link), LinkFault.OfApplier(link)));
    }
}
