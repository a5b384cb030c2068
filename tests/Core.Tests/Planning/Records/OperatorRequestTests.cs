using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Planning.Records;

public sealed class OperatorRequestTests
{
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    public void Loss_is_allowed_where_the_settings_or_the_person_allow_it(bool bySettings, bool byPerson, bool isAllowed)
    {
        var policy = new RecoveryPolicy { AllowPossibleLoss = bySettings, ApproveClusters = ["*"] };
        var request = new OperatorRequest("") { AcceptsLoss = byPerson };
        Assert.Equal((isAllowed, 0), (request.Applied(policy).AllowPossibleLoss, request.Applied(policy).ApproveClusters.Length));
        Assert.Equal((isAllowed, 1), (request.Allowing(policy).AllowPossibleLoss, request.Allowing(policy).ApproveClusters.Length));
    }

    [Fact]
    public void Each_word_says_what_it_risks_and_a_plain_one_nothing()
    {
        var key = WrittenTopology.Key("db1");
        Assert.Empty(new OperatorRequest("why").Risks("dana", key));
        string[] risks = [.. new OperatorRequest("why") { PrimaryIsDead = true, AcceptsLoss = true }.Risks("dana", key)];
        Assert.Contains("two servers accept writes", risks[0], StringComparison.Ordinal);
        Assert.Contains("transactions are lost", risks[1], StringComparison.Ordinal);
        Assert.All(risks, r => Assert.StartsWith("dana ", r, StringComparison.Ordinal));
    }

    /// <summary>Whoever goes on with the recovery reads the same word.</summary>
    [Fact]
    public void It_is_stored_with_the_record()
    {
        var request = new OperatorRequest("the room is dark") { PrimaryIsDead = true, AcceptsLoss = true };
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1");
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1") with { Request = request };
        Assert.Equal(request, Json.RoundTrip(recovery).Request);
        Assert.True(PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1").IsAutomatic);
        Assert.False(recovery.IsAutomatic);
    }
}
