using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Tests.Planning;
using OrchestratorFunctions.Core.Tests.Running;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Owing;

/// <summary>Stops of replication that may take effect later than they were sent.</summary>
public sealed partial class BookkeepingTests
{
    /// <summary>L2: its own statement has ended; that of the process before it may stop the receiver later.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void A_stop_that_another_process_may_still_send_is_not_known_to_have_ended(long epoch, bool mayComeLate)
    {
        var owed = After(epoch, new StopReceiving(Key("db3")), new PointTo(Key("db3"), Key("db2")));
        Assert.Equal(mayComeLate, Assert.Single(owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>()).MayComeLate);
    }

    /// <summary>L2: the server was cut off and hears the statement when another one has pointed it elsewhere.</summary>
    [Theory]
    [InlineData(true, StepState.Done)]
    [InlineData(true, StepState.Failed)]
    [InlineData(false, StepState.Done)]
    public void A_stop_that_was_not_answered_may_come_after_a_later_statement(bool mayTakeEffect, StepState then)
    {
        var sent = new StepResult(StepState.TimedOut, TimeSpan.Zero) { MayTakeEffect = mayTakeEffect };
        var done = new StepResult(then, TimeSpan.Zero) { IsRefused = then == StepState.Failed };
        var owed = After(1, new StopReceiving(Key("db3")), new PointTo(Key("db3"), Key("db2")), sent, done);
        Assert.Equal(mayTakeEffect, Assert.Single(owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>()).MayComeLate);
    }

    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(true, 2, 1)]
    [InlineData(false, 1, 1)]
    public void A_stop_that_was_refused_leaves_nothing_to_be_started(bool isRefused, long epoch, int entries)
    {
        var result = new StepResult(StepState.Failed, TimeSpan.Zero) { IsRefused = isRefused };
        var owed = After(epoch, new StopReceiving(Key("db3")), new StopReceiving(Key("db3")), result, result);
        Assert.Equal(entries, owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>().Count());
    }

    /// <summary>L9: what an earlier recovery stopped is owed whatever becomes of this stop.</summary>
    [Fact]
    public void A_stop_that_was_refused_takes_nothing_of_what_an_earlier_recovery_stopped()
    {
        var earlier = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r0", Noon);
        var topology = Read(Living).With(Ledger.Empty.With(earlier));
        var refused = new StepResult(StepState.Failed, TimeSpan.Zero) { IsRefused = true };
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        recovery = recovery.With(new StageRecord(Stage(new StopReceiving(Key("db3"))), 1, Noon, []));
        topology = topology.With(Bookkeeping.With(recovery, topology, Noon));
        recovery = recovery with { Stages = [recovery.Stages[0] with { Results = [refused], DoneAt = Noon }] };
        var owed = Bookkeeping.With(recovery.With(new StageRecord(Stage(), 1, Noon, [])), topology, Noon);
        Assert.Equal("r0", Assert.Single(owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>()).Recovery);
    }

    /// <summary>S19: it stops its receiver first, and may refuse the new source after that.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void What_was_not_pointed_elsewhere_is_owed_no_start_when_it_was_not_told(bool wasNotSent, int entries)
    {
        var refused = new StepResult(StepState.Failed, TimeSpan.Zero) { IsRefused = true, WasNotSent = wasNotSent };
        var owed = After(1, new StopReceiving(Key("db3")), new PointTo(Key("db3"), Key("db2")), refused, refused);
        Assert.Equal(entries, owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>().Count());
    }

    /// <summary>S19: a replica that told nothing at first, and was stopped by a person before.</summary>
    [Theory]
    [InlineData(StepState.AlreadyTrue, 1, 0)]
    [InlineData(StepState.AlreadyTrue, 2, 1)] // what was sent first had no answer, and may have stopped it
    [InlineData(StepState.Done, 1, 1)]
    public void What_was_found_stopped_is_owed_no_start(StepState state, int attempts, int entries)
    {
        var unsent = new StepResult(StepState.Failed, TimeSpan.Zero) { IsRefused = true, WasNotSent = true };
        var found = new StepResult(state, TimeSpan.Zero, attempts);
        var owed = After(1, new StopReceiving(Key("db3")), new StopReceiving(Key("db3")), unsent, found);
        Assert.Equal(entries, owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>().Count());
    }

    /// <summary>S19: what was seen at the last moment asked for another stage.</summary>
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)] // another process stored it, and may have sent the stop
    public void What_a_stage_that_was_not_run_was_to_stop_is_owed_no_start(bool opens, int entries)
    {
        PlanStep[] steps = opens ? [new StopReceiving(Key("db3")), new SetWritable(Key("db2"))] : [new StopReceiving(Key("db3"))];
        var topology = Read(Living);
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1").With(new StageRecord(Stage(steps), 1, Noon, []));
        topology = topology.With(Bookkeeping.With(recovery, topology, Noon));
        Assert.True(topology.Ledger.Has<LedgerEntry.Stopped>(Key("db3")));
        recovery = recovery with { Stages = [recovery.Stages[0] with { WasNotBegun = true, DoneAt = Noon }] };
        var owed = Bookkeeping.With(recovery.With(new StageRecord(Stage(), 1, Noon, [])), topology, Noon);
        Assert.Equal(entries, owed.Of(Key("db3")).OfType<LedgerEntry.Stopped>().Count());
    }

    // One stage of epoch 1, without results when its end was not stored, one that was carried out, and the next one.
    private static Ledger After(
        long epoch, PlanStep sent, PlanStep done, StepResult? first = null, StepResult? second = null)
    {
        LedgerEntry[] entries =
        [
            new LedgerEntry.Closed(Key("db1"), "r1", Noon, MayComeLate: true),
            new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r1", Noon, MayComeLate: true),
        ];
        var topology = Read(Living).With(entries.Aggregate(Ledger.Empty, (all, e) => all.With(e)));
        second ??= new StepResult(StepState.Done, TimeSpan.Zero);
        var recovery = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1")
            .With(new StageRecord(Stage(sent), 1, Noon, first is null ? [] : [first], Noon))
            .With(new StageRecord(Stage(done), epoch, Noon, [second], Noon))
            .With(new StageRecord(Stage(), epoch, Noon, []));
        return Bookkeeping.With(recovery, topology, Noon);
    }

    private static PlanStage Stage(params PlanStep[] steps) =>
        new("stage", "", [.. steps.Select(s => new PlannedStep(s, Tolerance.Must, TimeSpan.FromSeconds(5), ""))]);
}
