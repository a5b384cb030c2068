using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Records;

public sealed class OperatorWordTests
{
    [Theory]
    [InlineData(OperatorWish.Approve, "", "approved by dana")]
    [InlineData(OperatorWish.Cancel, "wrong cluster", "cancelled by dana: wrong cluster")]
    public void Says_who_wanted_what_and_why(OperatorWish wish, string because, string says) =>
        Assert.Equal(says, new OperatorWord(wish, "dana", because, WrittenTopology.Noon).Says);
}
