using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Tests.Planning.Records;

public sealed class PlanStageTests
{
    private static readonly StepTarget Db2 = WrittenTopology.Key("db2"), Db3 = WrittenTopology.Key("db3");

    /// <summary>S6, S10: a server that still follows somebody is not opened.</summary>
    [Theory]
    [InlineData(StepState.Failed, Tolerance.Must, false, true)]
    [InlineData(StepState.TimedOut, Tolerance.Must, false, true)]
    [InlineData(StepState.Done, Tolerance.Must, false, false)]
    [InlineData(StepState.AlreadyTrue, Tolerance.Must, false, false)]
    [InlineData(StepState.Failed, Tolerance.BestEffort, false, false)]
    [InlineData(StepState.Failed, Tolerance.Must, true, false)] // what goes back opens all that it can
    public void A_server_is_opened_when_all_that_had_to_be_done_on_it_before_was_done(StepState state, Tolerance tolerance, bool goesBack, bool isInVain)
    {
        var stage = new PlanStage("promote", "", [Of(new ForgetSource(Db2), tolerance), Of(new SetWritable(Db2)), Of(new SetWritable(Db3))]) { GoesBack = goesBack };
        StepResult?[] results = [new StepResult(state, TimeSpan.Zero), null, null];
        Assert.Equal(isInVain, stage.IsInVain(1, results));
        Assert.False(stage.IsInVain(2, results));
        Assert.Equal((!goesBack, false), (stage.OpensAfterOthers(1), stage.OpensAfterOthers(2)));
    }

    private static PlannedStep Of(PlanStep step, Tolerance tolerance = Tolerance.Must) => new(step, tolerance, TimeSpan.FromSeconds(5), "");
}
