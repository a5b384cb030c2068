using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Gating;

public sealed class ActiveRecoveryTests
{
    [Fact]
    public void It_says_what_it_is()
    {
        var recovery = new Recovery
        {
            Id = "m1", Cluster = WrittenTopology.Read("db1 rw").Cluster, Kind = PlanKinds.Relocate, Actor = "dba", StartedAt = WrittenTopology.Noon,
            Subject = WrittenTopology.Key("db3"), Target = WrittenTopology.Key("db2"),
        };
        var expected = new ActiveRecovery("m1", PlanKinds.Relocate, WrittenTopology.Key("db3"), "the move of db3:3306 below db2:3306");
        Assert.Equal(expected, ActiveRecovery.Of(recovery));
    }

    [Theory]
    [InlineData("9.1.0", "version 9.1.0 wrote it")]
    [InlineData("", "a version that does not say its number wrote it")]
    public void One_that_cannot_be_read_names_itself_what_and_who_and_two_ways_out(string writtenBy, string says)
    {
        var refusal = ActiveRecovery.Unreadable("r7", "stage 2: verb 'park' is not known", writtenBy).WhyUnreadable!;
        Assert.Contains("recovery r7 of this cluster has not ended", refusal.Because, StringComparison.Ordinal);
        Assert.Contains("stage 2: verb 'park' is not known", refusal.Because, StringComparison.Ordinal);
        Assert.EndsWith(says, refusal.Because, StringComparison.Ordinal);
        Assert.Contains("acknowledgement of recovery r7", refusal.Remedy, StringComparison.Ordinal);
    }
}
