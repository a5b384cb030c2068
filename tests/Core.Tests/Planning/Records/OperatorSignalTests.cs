using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Planning.Records;

public sealed class OperatorWordTests
{
    [Theory]
    [InlineData(SignalKind.Approve, "", "approved by dana")]
    [InlineData(SignalKind.Cancel, "wrong cluster", "cancelled by dana: wrong cluster")]
    public void Says_who_wanted_what_and_why(SignalKind wish, string because, string says) =>
        Assert.Equal(says, new OperatorSignal(wish, "dana", because, WrittenTopology.Noon).Says);
}
