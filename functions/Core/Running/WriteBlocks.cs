using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// The part of the machine that ends a block of writes which lasts too long, or which the plan cannot end because
/// nothing more can be stored (S11, L3). What ends it was stored with the stage that blocks, so it is sent without
/// another write, as long as the lease is ours and no server may have been opened; the record tells of it as soon as it
/// can be stored.
/// </summary>
internal static class WriteBlocks
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// The number of the stage whose block stands: it was sent, and nothing that opens a server was, since. Null when
    /// there is none.
    /// </summary>
    public static int? Standing(RecoveryRun run)
    {
        var stages = run.Recovery.Stages;
        for (var i = stages.Length - 1; i >= 0; i--)
        {
            if (stages[i].WasNotBegun || (i == run.StageNumber && run.IsNewestUnsent)) continue;
            if (stages[i].Stage.Steps.Any(s => s.Step is SetWritable)) return null;
            if (stages[i].Stage.Block is not null) return i;
        }
        return null;
    }

    /// <summary>The run when a stage is sent: one that blocks writes begins its time.</summary>
    public static RecoveryRun Sent(RecoveryRun run, Moment now)
    {
        run = run with { IsNewestUnsent = false };
        return run.Newest.Stage.Block is null ? run : run with { BlockedAt = now.Running };
    }

    /// <summary>
    /// The run when it takes up a recovery: a block that another run began lasts since then, unless the server is seen
    /// to accept writes. Only the wall clock is left to tell how long that is.
    /// </summary>
    public static RecoveryRun TakenUp(RecoveryRun run, Moment now)
    {
        if (Standing(run) is not { } number) return run;
        if (run.Topology[run.Recovery.Subject]?.Current is { ReadOnly: false }) return run;
        var age = now.Wall - run.Recovery.Stages[number].PlannedAt;
        return run with { BlockedAt = now.Running - (age > TimeSpan.Zero ? age : TimeSpan.Zero) };
    }

    /// <summary>Asks for the next wake-up: to look at the other servers, and at the end of the time.</summary>
    public static RecoveryCommand.WakeAfter? Alarm(RecoveryRun run, Moment now)
    {
        if (run.BlockedAt is not { } at || Standing(run) is not { } number) return null;
        var record = run.Recovery.Stages[number];
        if (record.Undo is not null) return null;
        var left = record.Stage.Block!.Limit - (now.Running - at);
        var untilLooks = left - run.Limits.Look;
        if (untilLooks > TimeSpan.Zero) left = untilLooks;
        var ofLease = now.LeaseLeft - run.Limits.LeaseReserve;
        if (ofLease < left) left = ofLease;
        return new(left > Shortest ? left : Shortest);
    }

    /// <summary>Decides that a block is to end, before anything else is made of what happened.</summary>
    public static RecoveryRun Judge(RecoveryRun run, RecoveryEvent? happened, Moment now)
    {
        if (Standing(run) is not { } number) return run;
        var record = run.Recovery.Stages[number];
        if (Because(run, record.Stage.Block!, happened, now) is not { } because) return run;
        var isTried = record.Undo is { Result: null or { IsSuccess: true } };
        if (isTried) return run;
        // One that failed is tried again as long as nothing can be stored; otherwise the plan goes back by itself.
        if (record.Undo is not null && happened is not RecoveryEvent.SaveFailed) return run;
        var undo = record.Undo is { } before ? before with { Result = null } : new BlockUndo(because, now.Wall, null);
        return With(run, number, record with { Undo = undo });
    }

    /// <summary>
    /// Sends what ends a block that is to end, once nothing else is under way on its server and the other servers were
    /// looked at: one of them may have been opened by somebody else (S1, S19). The looks are asked for ahead of the end
    /// of the time.
    /// </summary>
    public static Turn Send(Turn turn, Moment now)
    {
        var run = turn.Run;
        if (run.Phase == RunPhase.Over || now.LeaseLeft <= TimeSpan.Zero) return turn;
        if (Standing(run) is not { } number) return turn;
        var record = run.Recovery.Stages[number];
        var planned = record.Stage.Block!.Undo;
        if (record.Undo is not { Result: null } undo)
            return record.Undo is null && IsNearEnd(run, record, now) ? LookAround(turn, planned.Step, now) : turn;
        var line = StepLine.Of(planned.Step);
        if (run.Busy.Contains(line)) return turn;
        if (!IsLookedAround(run, now)) return LookAround(turn, planned.Step, now);
        if (!run.LookedBeforeUndo!.IsEmpty) return turn;
        var lookedAt = run.UndoLookedAt;
        run = run with { LookedBeforeUndo = null };
        if (Refusal(run, planned.Step) is { } refusal)
        {
            var refused = With(run, number, record with { Undo = undo with { Result = refusal } });
            var (stopped, rest) = StageSteps.Interrupt(refused, undo.Because);
            return new(stopped, [.. turn.Commands, .. rest]);
        }
        var notAfter = now.Running + now.LeaseLeft;
        var send = new RecoveryCommand.RunStep(
            number, record.Stage.Steps.Length, planned, run.Topology, notAfter, SeenAt: null)
        {
            Beside = Warrants.Of(run, planned.Step, lookedAt),
        };
        var (next, more) = StageSteps.Interrupt(run with { Busy = run.Busy.Add(line) }, undo.Because);
        return new(next, [.. turn.Commands, send, .. more]);
    }

    private static bool IsNearEnd(RecoveryRun run, StageRecord record, Moment now) =>
        run.BlockedAt is { } at && now.Running - at >= record.Stage.Block!.Limit - run.Limits.Look;

    // Asked for one look's time ahead, they are as old as that and a moment when the time is over.
    private static bool IsLookedAround(RecoveryRun run, Moment now) => run.LookedBeforeUndo is not null
        && now.Running - run.UndoLooksAt <= run.Limits.Look + run.Limits.FreshFor;

    private static Turn LookAround(Turn turn, PlanStep undo, Moment now)
    {
        var run = turn.Run;
        if (IsLookedAround(run, now)) return turn;
        var others = run.Involved.Where(k => k != undo.Target.Key).ToImmutableHashSet();
        run = run with { LookedBeforeUndo = others, UndoLooksAt = now.Running, UndoLookedAt = now.Running };
        var looking = new Turn(run, [.. turn.Commands, .. others.Order().Select(k => Looks.LookAt(run, k))]);
        return others.IsEmpty ? Send(looking, now) : looking;
    }

    /// <summary>
    /// The run when a server was looked at: an answer to a question from before, heard of late, shows nothing (S1).
    /// </summary>
    public static RecoveryRun Looked(RecoveryRun run, InstanceKey key, TimeSpan begunAt, TimeSpan endedAt) =>
        run.LookedBeforeUndo?.Contains(key) == true && begunAt >= run.UndoLooksAt
            ? run with { LookedBeforeUndo = run.LookedBeforeUndo.Remove(key), UndoLookedAt = endedAt }
            : run;

    /// <summary>The step of a number within a stage; the one after its last is what ends its block.</summary>
    public static PlanStep StepOf(PlanStage stage, int step) =>
        step < stage.Steps.Length ? stage.Steps[step].Step : stage.Block!.Undo.Step;

    /// <summary>Takes in the end of what ends a block; the same run for any other step.</summary>
    public static RecoveryRun Ended(RecoveryRun run, RecoveryEvent.StepEnded ended)
    {
        var record = run.Recovery.Stages[ended.Stage];
        return ended.Step < record.Stage.Steps.Length
            ? run
            : With(run, ended.Stage, record with { Undo = record.Undo! with { Result = ended.Result } });
    }

    private static string? Because(RecoveryRun run, WriteBlock block, RecoveryEvent? happened, Moment now)
    {
        if (happened is RecoveryEvent.SaveFailed failed) return failed.Says;
        if (run.BlockedAt is null) return null;
        // Without the lease nothing may be sent, and whoever takes it next cannot while the store is away.
        if (now.LeaseLeft <= run.Limits.LeaseReserve) return "the lease of the cluster could not be renewed";
        return now.Running - run.BlockedAt >= block.Limit
            ? $"writes were blocked for longer than {block.Limit.TotalSeconds:0.###} s (Takeover:WriteBlockLimit)"
            : null;
    }

    /// <summary>Why a server is not to be opened, as the others are seen by now; null for every other step.</summary>
    internal static StepResult? Refusal(RecoveryRun run, PlanStep step)
    {
        if (step is not SetWritable || StageGuard.WriterBeside(run.Topology, [step.Target.Key]) is not { } writer)
            return null;
        var says = $"not sent, because {writer.Key} accepts writes, and two writers would diverge";
        return new StepResult(StepState.Failed, TimeSpan.Zero, Says: says) { IsRefused = true };
    }

    private static RecoveryRun With(RecoveryRun run, int number, StageRecord record) =>
        run with { Recovery = run.Recovery with { Stages = run.Recovery.Stages.SetItem(number, record) } };
}
