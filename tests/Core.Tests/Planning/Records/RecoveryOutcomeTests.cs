using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Planning.Records;

public sealed class RecoveryOutcomeTests
{
    private static readonly RecoveryOutcome[] All =
    [
        new RecoveryOutcome.Promoted(WrittenTopology.Key("db2"), []), new RecoveryOutcome.Promoted(WrittenTopology.Key("db2"), [new(WrittenTopology.Key("db3"), "was not seen")]),
        new RecoveryOutcome.Promoted(WrittenTopology.Key("db2"), []) { Remark = "commits wait for no acknowledgement" },
        new RecoveryOutcome.LostAgain(WrittenTopology.Key("db2"), "is not seen any more"),
        new RecoveryOutcome.Relocated(WrittenTopology.Key("db2"), WrittenTopology.Key("db3"), "it is behind"),
        new RecoveryOutcome.Fenced(WrittenTopology.Key("db1")), new RecoveryOutcome.Finished(WrittenTopology.Key("db1"), IsWriter: true),
        new RecoveryOutcome.Abandoned(new("why", "what")), new RecoveryOutcome.RolledBack("why"), new RecoveryOutcome.Held(new("why", "what")),
        new RecoveryOutcome.Changed(WrittenTopology.Key("db2"), "db2 replicates"), new RecoveryOutcome.Moved(2, []),
        new RecoveryOutcome.Moved(1, [new(WrittenTopology.Key("db3"), "it cannot")]),
    ];

    [Fact]
    public void Every_outcome_says_itself_and_survives_storage()
    {
        Assert.All(All, o => Assert.NotEmpty(o.Says));
        Assert.All(All, o => Assert.Equal(Json.Of(o), Json.Of(Json.RoundTrip(o))));
        Assert.Equal([true, true, true, false, true, true, true, false, false, false, true, true, false], All.Select(o => o.IsSuccess));
    }

    [Fact]
    public void Every_case_is_listed() =>
        Assert.Equal(typeof(RecoveryOutcome).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(RecoveryOutcome))).Order(Types.ByName), All.Select(o => o.GetType()).Distinct().Order(Types.ByName));
}
