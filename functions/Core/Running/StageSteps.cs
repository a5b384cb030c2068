using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Repairing;
using OrchestratorFunctions.Core.Planning.Replacing;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// The part of the machine that carries out one stage: servers side by side, the steps of one server one after another.
/// A stage ends when the steps that must succeed have ended and those that may fail had their short time; what is begun
/// beside it is not waited for (L8). What they still do is seen later.
/// </summary>
internal static class StageSteps
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private const string NotItsTurn = "not sent: its server still did what it was told before";

    private const string TakesTooLong = "it takes longer than the plan waits for a step that may fail";

    public static Turn Begin(RecoveryRun run, Moment now)
    {
        var steps = run.Newest.Stage.Steps;
        run = run with { Phase = RunPhase.Running, Results = [.. steps.Select(s => Kept(s.Step, run.Topology))] };
        run = run with { Interrupted = null, PatientUntil = null, IsInHaste = false, Sent = [] };
        run = WriteBlocks.Sent(run, now);
        if (steps.IsEmpty) return RecoveryMachine.EndStage(run, now);
        var commands = ImmutableArray.CreateBuilder<RecoveryCommand>();
        foreach (var line in steps.Select(s => StepLine.Of(s.Step)).Distinct().Where(s => !run.Busy.Contains(s)))
        {
            if (FirstOpen(run, line) is not { } first) continue;
            // What was begun beside the stage before may have ended since: it is not done twice.
            commands.Add(Send(run, first, run.IsLookedSince(line.Key) ? run.SeenAt : null, now));
            run = run with { Busy = run.Busy.Add(line), Sent = run.Sent.Add(first) };
        }
        (run, var look) = Looks.Beside(run, now);
        commands.AddRange(look);
        commands.Add(new RecoveryCommand.WakeAfter(run.Limits.ListenEvery));
        if (WriteBlocks.Alarm(run, now) is { } alarm) commands.Add(alarm);
        return Settle(run, commands, now);
    }

    // A mark is an entry of the ledger: nobody is asked, and the next save stores it.
    private static StepResult? Kept(PlanStep step, Topology topology) => step is MarkStep mark
        ? new StepResult(mark.IsSatisfiedBy(topology) ? StepState.AlreadyTrue : StepState.Done, TimeSpan.Zero)
        : null;

    public static Turn Ended(RecoveryRun run, RecoveryEvent.StepEnded ended, Moment now)
    {
        var line = StepLine.Of(WriteBlocks.StepOf(run.Recovery.Stages[ended.Stage].Stage, ended.Step));
        run = WriteBlocks.Ended(run with { Busy = run.Busy.Remove(line) }, ended);
        if (!line.IsBeside) run = run with { StepsEndedAt = run.StepsEndedAt.SetItem(line.Key, now.Running) };
        run = Late(run, ended);
        if (run.Phase == RunPhase.Draining && run.Busy.All(l => l.IsBeside))
            return Looks.Begin(run, isBeforeStage: false, now);
        if (run.Phase != RunPhase.Running) return new Turn(run, []);
        var isOfNewest = ended.Stage == run.StageNumber && ended.Step < run.Results.Length;
        if (isOfNewest && run.Results[ended.Step] is null)
            run = run with { Results = run.Results.SetItem(ended.Step, ResultOf(run, ended.Result)) };
        var commands = ImmutableArray.CreateBuilder<RecoveryCommand>();
        if (FirstOpen(run, line) is { } opening && WhyUnsent(run, opening, now) is { } unsent)
            run = run with { Results = run.Results.SetItem(opening, unsent) };
        // Its turn comes late: the guard let it through before others were seen as they are by now (S1).
        if (FirstOpen(run, line) is { } late && RefusalOf(run, late) is { } refused)
            run = run with { Results = run.Results.SetItem(late, refused) };
        if (run.Interrupted is not null || FirstOpen(run, line) is not { } next) return Settle(run, commands, now);
        // What the one before did has not been looked at; to what opens a server it makes no difference.
        var isOpening = run.Newest.Stage.Steps[next].Step is SetWritable;
        commands.Add(Send(run, next, isOpening ? run.SeenAt : null, now));
        return Settle(run with { Busy = run.Busy.Add(line), Sent = run.Sent.Add(next) }, commands, now);
    }

    // What was not waited for any longer has ended: until then its record said that it may take effect.
    private static RecoveryRun Late(RecoveryRun run, RecoveryEvent.StepEnded ended)
    {
        var record = run.Recovery.Stages[ended.Stage];
        if (record.Results.ElementAtOrDefault(ended.Step) is not { MayTakeEffect: true }) return run;
        record = record with { Results = record.Results.SetItem(ended.Step, ended.Result) };
        return run with { Recovery = run.Recovery with { Stages = run.Recovery.Stages.SetItem(ended.Stage, record) } };
    }

    /// <summary>
    /// A time is reached: patience with best-effort steps, or the time to look beside the stage, and for one that only
    /// waits to listen.
    /// </summary>
    public static Turn Woken(RecoveryRun run, Moment now)
    {
        if (run.Phase != RunPhase.Running) return new Turn(run, []);
        var commands = ImmutableArray.CreateBuilder<RecoveryCommand>();
        if (run.Interrupted is null && now.Running - run.BesideAt >= run.Limits.ListenEvery / 2)
        {
            (run, var look) = Looks.Beside(run, now);
            commands.AddRange(look);
            if (OnlyWaits(run) && RecoveryMachine.IsListeningDue(run, now)) commands.Add(new RecoveryCommand.Listen());
            commands.Add(new RecoveryCommand.WakeAfter(run.Limits.ListenEvery));
        }
        // A timer may ring a little early, and nobody else would wake this stage again.
        if (run.PatientUntil - now.Running is { } left && left > TimeSpan.Zero)
            commands.Add(new RecoveryCommand.WakeAfter(left > Shortest ? left : Shortest));
        return Settle(run, commands, now);
    }

    /// <summary>
    /// What an operator left beside a stage: one that only waits is not waited for any longer. It is taken in after the
    /// stage.
    /// </summary>
    public static Turn Heard(RecoveryRun run, OperatorSignal? word) => word is null
        ? new(run, [])
        : Interrupt(run with { ListenedAt = run.ListenedAt - run.Limits.ListenEvery }, word.Says);

    /// <summary>
    /// A server was looked at beside a stage. A subject that is back ends a stage that only waits, and a freeze as far
    /// as it has not been sent (S8). A former
    /// primary that is open ends the waiting for steps that may fail: the next stage closes it (S1, S10).
    /// </summary>
    public static Turn Seen(RecoveryRun run, RecoveryEvent.Looked look, Moment now)
    {
        var (seen, commands) = run.IsSubject(look.Key) && look.Outcome.ShowsLife
            ? EndFreeze(run, $"{look.Key} answers again")
            : new(run, []);
        if (!IsToBeClosed(seen, look.Key) && !HookRuns.KeepsWaiting(seen, look)) return new(seen, commands);
        if (seen.Newest.Stage.Hook is { IsBefore: true })
            return Interrupt(seen, $"{look.Key} accepts writes and has to be closed first");
        return Settle(seen with { IsInHaste = true, PatientUntil = now.Running }, commands.ToBuilder(), now);
    }

    private static bool IsToBeClosed(RecoveryRun run, InstanceKey key) =>
        (run.Newest.Stage.Hook is not null || run.Newest.Stage.Steps.All(s => s.Step.Target.Key != key))
        && ReturnedPrimaries.IsClosedNext(run.Recovery, run.Topology, key);

    /// <summary>A stage that only waits is not waited for any longer.</summary>
    internal static Turn Interrupt(RecoveryRun run, string because) =>
        run.Phase == RunPhase.Running && OnlyWaits(run) && run.Interrupted is null
            ? new(run with { Interrupted = because }, [new RecoveryCommand.StopWaiting()])
            : new(run, []);

    // Nobody is replaced any more: what has not been sent to stop receivers is not sent.
    private static Turn EndFreeze(RecoveryRun run, string because) =>
        run is { Phase: RunPhase.Running, Interrupted: null, Newest.Stage.Name: StageNames.Freeze }
        && run.Recovery is { Kind.SubjectIsDead: true, HasOpened: false }
            ? new(run with { Interrupted = because }, [])
            : Interrupt(run, because);

    private static Turn Settle(
        RecoveryRun run, ImmutableArray<RecoveryCommand>.Builder commands, Moment now)
    {
        var steps = run.Newest.Stage.Steps;
        var open = Enumerable.Range(0, steps.Length).Where(i => run.Results[i] is null).ToArray();
        if (run.Interrupted is { } because && steps.All(s => !run.Busy.Contains(StepLine.Of(s.Step))))
            (run, open) = (Fill(run, open, StepState.Failed, NotWaitedFor(because)), []);
        if (open.Length > 0 && open.All(i => steps[i].Tolerance == Tolerance.Beside))
            (run, open) = (LeaveUnderWay(run, open), []);
        var isImpatient = run.IsInHaste || IsUrgent(run);
        if (isImpatient && open.Length > 0 && open.All(i => steps[i].Tolerance != Tolerance.Must))
        {
            if (run.PatientUntil is not { } until)
            {
                run = run with { PatientUntil = now.Running + run.Limits.BestEffort };
                commands.Add(new RecoveryCommand.WakeAfter(run.Limits.BestEffort));
            }
            else if (now.Running >= until)
            {
                (run, open) = (Fill(run, open, StepState.TimedOut, TakesTooLong, mayTakeEffect: true), []);
            }
        }
        if (open.Length > 0) return new Turn(run, commands.ToImmutable());
        var (next, more) = RecoveryMachine.EndStage(run, now);
        return new Turn(next, [.. commands, .. more]);
    }

    // Whoever was told to stop waiting does not know why.
    private static StepResult ResultOf(RecoveryRun run, StepResult result) =>
        run.Interrupted is { } because && !result.IsSuccess
            ? result with { Says = NotWaitedFor(because) }
            : result;

    private static string NotWaitedFor(string because) => $"not waited for any longer: {because}";

    /// <summary>
    /// Nobody can write until the plan has opened a server; the stage that opens it ends as soon, for what comes after
    /// it. A stage that goes back is waited for: what it leaves half done would not be seen again.
    /// </summary>
    private static bool IsUrgent(RecoveryRun run) => run.Recovery.Kind.SubjectIsDead
        && run.Newest.Stage is { GoesBack: false, Hook: null }
        && (!run.Recovery.HasOpened || run.Newest.Stage.Steps.Any(s => s.Step is SetWritable));

    private static RecoveryRun Fill(
        RecoveryRun run, int[] open, StepState state, string says, bool mayTakeEffect = false)
    {
        var results = run.Results;
        var filled = new StepResult(state, TimeSpan.Zero, Says: says) { MayTakeEffect = mayTakeEffect };
        foreach (var i in open) results = results.SetItem(i, filled);
        return run with { Results = results };
    }

    private static RecoveryRun LeaveUnderWay(RecoveryRun run, int[] open) => run with
    {
        Results = [.. run.Results.Select((r, i) => open.Contains(i) ? UnderWay(run.Sent.Contains(i)) : r)],
    };

    private static StepResult UnderWay(bool wasSent) => wasSent
        ? new(StepState.Queued, TimeSpan.Zero) { IsUnderWay = true }
        : new(StepState.Failed, TimeSpan.Zero, Says: NotItsTurn) { IsUnderWay = true, IsRefused = true };

    private static int? FirstOpen(RecoveryRun run, StepLine line)
    {
        var steps = run.Newest.Stage.Steps;
        for (var i = 0; i < steps.Length; i++)
            if (StepLine.Of(steps[i].Step) == line && run.Results[i] is null) return i;
        return null;
    }

    private static StepResult? RefusalOf(RecoveryRun run, int step) =>
        WriteBlocks.Refusal(run, run.Newest.Stage.Steps[step].Step);

    // What opens a server waits for what comes before it. Where that takes long, everybody is seen otherwise by then,
    // and the planner judges again (S8, S18).
    private static StepResult? WhyUnsent(RecoveryRun run, int step, Moment now)
    {
        var stage = run.Newest.Stage;
        if (stage.IsInVain(step, run.Results)) return PlanStage.NotAfterFailure;
        return stage.OpensAfterOthers(step) && now.Running - run.SeenAt > run.Limits.FreshFor
            ? PlanStage.NotSoLate
            : Warrants.WhyUnsent(run, stage.Steps[step].Step);
    }

    private static bool OnlyWaits(RecoveryRun run) =>
        run.Newest.Stage.Steps is { IsEmpty: false } steps && steps.All(s => s.Step.OnlyWaits);

    private static RecoveryCommand.RunStep Send(RecoveryRun run, int step, TimeSpan? seenAt, Moment now)
    {
        var planned = run.Newest.Stage.Steps[step];
        return new(run.StageNumber, step, planned, run.Topology, now.Running + now.LeaseLeft, seenAt)
        {
            Beside = Warrants.Of(run, planned.Step, run.SeenAt),
        };
    }
}
