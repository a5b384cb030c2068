using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Tests.Planning.Records;

public sealed class StageRecordTests
{
    [Theory]
    [InlineData(StepState.Done, false)]
    [InlineData(StepState.AlreadyTrue, false)]
    [InlineData(StepState.Queued, true)]
    [InlineData(StepState.Failed, true)]
    [InlineData(StepState.TimedOut, true)]
    public void Only_a_step_that_must_succeed_and_did_not_has_failed(StepState state, bool hasFailed)
    {
        Assert.Equal(hasFailed, Record(state).FailedSteps.Any());
        Assert.Empty(Record(state, Tolerance.BestEffort).FailedSteps);
    }

    private static StageRecord Record(StepState state, Tolerance tolerance = Tolerance.Must)
    {
        var step = new PlannedStep(new SetWritable(WrittenTopology.Key("db2")), tolerance, TimeSpan.Zero, "");
        return new(new PlanStage("promote", "why", [step]), 1, WrittenTopology.Noon, [new(state, TimeSpan.Zero)], WrittenTopology.Noon);
    }
}
