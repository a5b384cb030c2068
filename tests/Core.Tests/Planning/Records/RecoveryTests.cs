using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Tests.Planning.Records;

public sealed class RecoveryTests
{
    private static readonly SetWritable Open = new(WrittenTopology.Key("db2"));

    private static Recovery Empty { get; } = new()
    {
        Id = "r1", Cluster = new("c-1"), Kind = PlanKinds.DeadPrimary, Actor = "a", StartedAt = WrittenTopology.Noon, Subject = WrittenTopology.Key("db1"),
    };

    private static StageRecord Record(StepState state, Tolerance tolerance = Tolerance.Must) =>
        new(new PlanStage("promote", "why", [new(Open, tolerance, TimeSpan.Zero, "")]), 1, WrittenTopology.Noon, [new(state, TimeSpan.Zero)], WrittenTopology.Noon);

    [Fact]
    public void The_newest_attempt_counts()
    {
        Assert.Null(Empty.Succeeded(Open));
        var tried = Empty.With(Record(StepState.Failed));
        Assert.False(tried.Succeeded(Open));
        Assert.True(tried.With(Record(StepState.Done)).Succeeded(Open));
        Assert.Equal(2, tried.With(Record(StepState.Done)).Times("promote"));
    }

    [Fact]
    public void A_stage_with_an_outcome_ends_it()
    {
        var ended = Empty.With(new StageRecord(PlanStage.End("held", new RecoveryOutcome.Held(new("why", "what"))), 1, WrittenTopology.Noon.AddSeconds(1), []));
        Assert.True(ended is { IsEnded: true, IsHeld: true });
        Assert.Equal(WrittenTopology.Noon.AddSeconds(1), ended.EndedAt);
        Assert.Null(Empty.EndedAt);
    }

    [Fact]
    public void A_recovery_cannot_be_cancelled_once_somebody_was_told_to_accept_writes()
    {
        Assert.NotNull(Empty.WhyNot(Cancel));
        var frozen = Empty.With(new StageRecord(new PlanStage("freeze", "why", []), 1, WrittenTopology.Noon, [], WrittenTopology.Noon));
        Assert.Null(frozen.WhyNot(Cancel));
        Assert.Contains("accept writes already", frozen.With(Record(StepState.TimedOut)).WhyNot(Cancel)!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_question_can_be_approved()
    {
        var asked = Empty.With(new StageRecord(new PlanStage("approval", "why", [], AwaitsApproval: true), 1, WrittenTopology.Noon, []));
        Assert.Null(asked.WhyNot(Approve));
        Assert.Contains("does not wait for approval", Empty.With(Record(StepState.Done)).WhyNot(Approve)!.Says, StringComparison.Ordinal);
        var ended = Empty.With(new StageRecord(PlanStage.End("held", new RecoveryOutcome.Held(new("why", "what"))), 1, WrittenTopology.Noon, []));
        Assert.Contains("has ended", ended.WhyNot(Approve)!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void An_approval_that_names_another_candidate_than_the_one_asked_about_is_refused()
    {
        var choice = new CandidateChoice(WrittenTopology.Key("db3"), [], Core.Positions.GtidSet.Empty);
        var asked = Empty.With(new StageRecord(new PlanStage("approval", "why", [], choice, AwaitsApproval: true), 1, WrittenTopology.Noon, []));
        Assert.Contains("asks about db3:3306 now, not about db2:3306", asked.WhyNot(Approve with { Candidate = WrittenTopology.Key("db2") })!.Says, StringComparison.Ordinal);
        Assert.Null(asked.WhyNot(Approve with { Candidate = WrittenTopology.Key("db3") }));
    }

    [Theory]
    [InlineData(StepState.Failed, true, false)]
    [InlineData(StepState.Failed, false, true)]
    [InlineData(StepState.TimedOut, false, true)]
    [InlineData(StepState.Done, false, true)]
    public void Only_a_server_that_has_refused_was_not_opened(StepState state, bool isRefused, bool hasOpened)
    {
        var record = Record(state);
        var told = Empty.With(record with { Results = [record.Results[0] with { IsRefused = isRefused }] });
        Assert.Equal(hasOpened, told.HasOpened);
        Assert.Equal(hasOpened, Json.RoundTrip(told).HasOpened);
        Assert.True(told.With(record with { Results = [] }).HasOpened);
    }

    [Fact]
    public void A_plan_that_closed_the_primary_says_so_and_one_that_closed_a_former_one_does_not()
    {
        static Recovery Closing(string server) => Empty.With(new StageRecord(
            new PlanStage("freeze", "why", [new(new SetReadOnly(WrittenTopology.Key(server)), Tolerance.Must, TimeSpan.Zero, "")]), 1, WrittenTopology.Noon, []));
        Assert.True(Closing("db1").HasClosed);
        Assert.False(Closing("db9").HasClosed);
    }

    private static OperatorSignal Cancel { get; } = new(SignalKind.Cancel, "dana", "", WrittenTopology.Noon);

    private static OperatorSignal Approve { get; } = new(SignalKind.Approve, "dana", "", WrittenTopology.Noon);

    [Fact]
    public void An_operators_word_stands_with_the_stage_it_was_said_at()
    {
        var word = new OperatorSignal(SignalKind.Cancel, "dana", "wrong cluster", WrittenTopology.Noon.AddSeconds(3));
        var told = Empty.With(Record(StepState.Done) with { Results = [], DoneAt = null }).WithSignal(word);
        Assert.True(told.Stages is [{ IsDone: true }]);
        Assert.Equal(word, Json.RoundTrip(told).Cancelled);
    }

    [Fact]
    public void The_last_stage_is_replaced_by_its_result()
    {
        var planned = Empty.With(Record(StepState.Done) with { Results = [], DoneAt = null });
        Assert.False(planned.Stages[^1].IsDone);
        Assert.True(planned.WithLast(Record(StepState.Done)).Stages is [{ IsDone: true }]);
    }
}
