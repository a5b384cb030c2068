using OrchestratorFunctions.Core.Planning.Judging;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class CandidateJudgementTests
{
    [Fact]
    public void A_refused_replica_says_everything_that_rules_it_out_and_all_that_would_have_to_change()
    {
        var refused = new CandidateJudgement(WrittenTopology.Key("db2"), 0, []) { Refusals = [new("has no binary log", "log_bin"), new("filters", "no filters")] };
        Assert.Equal(("has no binary log, filters", "log_bin and no filters"), (refused.Says, refused.Remedy));
        Assert.Equal(Json.Of(refused), Json.Of(Json.RoundTrip(refused)));
    }

    [Fact]
    public void What_cannot_be_changed_leaves_no_remedy() =>
        Assert.Empty(new CandidateJudgement(WrittenTopology.Key("db2"), 0, []) { Refusals = [new("has no binary log", "log_bin"), new("is of another flavour")] }.Remedy);

    [Fact]
    public void A_ranked_replica_says_its_reasons() =>
        Assert.Equal("a, b", new CandidateJudgement(WrittenTopology.Key("db2"), 1, ["a", "b"]).Says);
}
