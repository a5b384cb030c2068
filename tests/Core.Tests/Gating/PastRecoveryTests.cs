using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Tests.Gating;

public sealed class PastRecoveryTests
{
    private static readonly DateTimeOffset Noon = WrittenTopology.Noon;
    private static readonly PlanStage Promoted = PlanStage.End("promoted", new RecoveryOutcome.Promoted(WrittenTopology.Key("db2"), []));

    [Fact]
    public void A_failover_counts_from_its_end_with_whom_it_promoted()
    {
        var past = PastRecovery.Of(Ended(PlanKinds.DeadPrimary, Acted(), Promoted), isAcknowledged: true)!;
        Assert.Equal((Noon, Noon.AddHours(1)), (past.StartedAt, past.EndedAt));
        Assert.Equal((true, true, false, true), (past.IsFailover, past.IsSuccess, past.IsInVain, past.IsAcknowledged));
        Assert.Equal(WrittenTopology.Key("db2"), past.Successor);
    }

    [Fact]
    public void What_runs_sent_nothing_or_is_of_another_kind_holds_nothing()
    {
        Assert.Null(PastRecovery.Of(Seed(PlanKinds.DeadPrimary).With(Acted()), isAcknowledged: false));
        Assert.Null(PastRecovery.Of(Ended(PlanKinds.DeadPrimary, null, PlanStage.Abandon("it answers")), isAcknowledged: false));
        var unsent = Acted() with { WasNotBegun = true };
        Assert.Null(PastRecovery.Of(Ended(PlanKinds.DeadPrimary, unsent, PlanStage.Abandon("it answers")), isAcknowledged: false));
        Assert.Null(PastRecovery.Of(Ended(PlanKinds.Takeover, Acted(), Promoted), isAcknowledged: false));
        Assert.Null(PastRecovery.Of(Ended(PlanKinds.Relocate, Acted(), PlanStage.Abandon("no")), isAcknowledged: false));
        // A person asked for it.
        var asked = Ended(PlanKinds.DeadPrimary, Acted(), Promoted) with { Request = new OperatorRequest("why") };
        Assert.Null(PastRecovery.Of(asked, isAcknowledged: false));
    }

    [Fact]
    public void Only_an_operators_word_cancels_and_what_made_way_holds_nothing()
    {
        OperatorSignal Word(string by) => new(SignalKind.Cancel, by, "", Noon);
        PastRecovery? With(OperatorSignal word, PlanKind kind) =>
            PastRecovery.Of(Ended(kind, Acted() with { Signal = word }, PlanStage.Abandon("told")), isAcknowledged: false);
        Assert.Equal((true, false), (With(Word("dana"), PlanKinds.DeadPrimary)!.IsCancelled, With(Word("dana"), PlanKinds.DeadPrimary)!.IsInVain));
        Assert.Equal((false, true), (With(Word(OperatorSignal.Gate), PlanKinds.DeadPrimary)!.IsCancelled, With(Word(OperatorSignal.Gate), PlanKinds.DeadPrimary)!.IsInVain));
        Assert.Null(With(OperatorSignal.Supersede("r2", "a failover", Noon), PlanKinds.FenceFormerPrimary));
        Assert.Equal(("FenceFormerPrimary", false), (With(Word(OperatorSignal.Gate), PlanKinds.FenceFormerPrimary)!.Kind, With(Word(OperatorSignal.Gate), PlanKinds.FenceFormerPrimary)!.IsFailover));
        Assert.Equal("FinishRecovery", With(Word(OperatorSignal.Gate), PlanKinds.FinishRecovery)!.Kind);
    }

    private static StageRecord Acted() => new(
        new PlanStage("act", "", [new(new Fence(WrittenTopology.Key("db1")), Tolerance.BestEffort, TimeSpan.FromSeconds(1), "")]), 1, Noon,
        [new StepResult(StepState.Queued, TimeSpan.Zero)], Noon);

    private static Recovery Seed(PlanKind kind) => new()
    {
        Id = "r1", Cluster = WrittenTopology.Read("db1 rw").Cluster, Kind = kind, Actor = "watcher", StartedAt = Noon, Subject = WrittenTopology.Key("db1"),
        Target = WrittenTopology.Key("db2"),
    };

    private static Recovery Ended(PlanKind kind, StageRecord? acted, PlanStage end)
    {
        var recovery = acted is null ? Seed(kind) : Seed(kind).With(acted);
        return recovery.With(new StageRecord(end, 1, Noon.AddHours(1), []));
    }
}
