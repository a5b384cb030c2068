using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// The loop of a recovery without its waiting: <c>(state, event, now) → (state, commands)</c>. Plan a stage, store it,
/// ask the guard, send its steps side by side, look again, plan the next. Whoever runs it carries out the commands and
/// tells of their ends; a crash drops the state, and the next run begins with the record and a fresh look.
/// </summary>
public static class RecoveryMachine
{
    /// <summary>
    /// Begins a run whose newest stage is stored. One that was taken up begins with <see cref="TakeUp"/>.
    /// </summary>
    /// <param name="topology">As it was looked at for the newest stage.</param>
    /// <param name="seenAt">When that was (<see cref="Moment.Running"/>, which may be negative).</param>
    public static Turn Begin(
        Recovery recovery, Topology topology, TimeSpan seenAt, RunLimits limits, int stages, Moment now)
    {
        var run = NewRun(recovery, topology, seenAt, limits, stages) with { ListenedAt = now.Running };
        return Asserted(AfterSaved(run, now), now);
    }

    /// <summary>
    /// Takes up a recovery that another run left, on a fresh look: what was stored and not carried out is asked about
    /// again.
    /// </summary>
    /// <inheritdoc cref="Begin" path="/param"/>
    public static Turn TakeUp(
        Recovery recovery, Topology topology, TimeSpan seenAt, RunLimits limits, int stages, Moment now)
    {
        var taken = Resumption.Take(recovery, topology, now.Wall);
        // Somebody may have asked for something while nobody ran it.
        var listenedAt = now.Running - limits.ListenEvery;
        var run = NewRun(taken, topology, seenAt, limits, stages) with { ListenedAt = listenedAt };
        run = WriteBlocks.TakenUp(AskedInShort(run) with { IsNewestUnsent = false }, now);
        run = WriteBlocks.Judge(run, happened: null, now);
        var (next, commands) = taken.Stages.IsEmpty ? Plan(run, now) : AfterSaved(run, now);
        if (WriteBlocks.Alarm(run, now) is { } alarm) commands = commands.Add(alarm);
        return Asserted(WriteBlocks.Send(new Turn(next, commands), now), now);
    }

    /// <summary>Takes in one event.</summary>
    public static Turn Step(RecoveryRun run, RecoveryEvent happened, Moment now)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Phase == RunPhase.Over) return new Turn(run, []);
        run = WriteBlocks.Judge(run, happened, now);
        return Asserted(StandingFences.Send(WriteBlocks.Send(Take(run, happened, now), now), now), now);
    }

    // What a failed assertion is about is not sent, and nothing else of this recovery is: what it leaves open stands in
    // the ledger, and another plan sees to it (L9).
    private static Turn Asserted(Turn turn, Moment now)
    {
        var (run, commands) = turn;
        if (RunAssertions.FirstFailed(run, commands, now) is not { } failed) return turn;
        var report = new RecoveryCommand.Report(failed);
        if (run.Recovery.IsEnded)
            return turn with { Commands = [report, .. commands.Where(c => c is not RecoveryCommand.RunStep)] };
        var why = new Refusal(
            $"a check of this program on itself failed: {failed}",
            "a look by a person; it is a mistake in this program, and this record shows it to those who mend it");
        var (stopped, saving) = Store(run, PlanStage.Abandon(why), now);
        return new(stopped, [report, .. saving]);
    }

    private static Turn Take(RecoveryRun run, RecoveryEvent happened, Moment now)
    {
        return happened switch
        {
            RecoveryEvent.Saved { IsOurs: true } => AfterSaved(run with { StagesLeft = run.StagesLeft - 1 }, now),
            RecoveryEvent.Saved => Over(run, RunStop.LeaseLost),
            RecoveryEvent.SaveFailed => AfterSaveFailed(run),
            RecoveryEvent.Heard heard => AfterHeard(run, heard.Signal, now),
            RecoveryEvent.StepEnded ended => StageSteps.Ended(run, ended, now),
            RecoveryEvent.Looked looked => Looks.Taken(run, looked, now),
            RecoveryEvent.Woken => AfterWoken(run, now),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no such event"),
        };
    }

    // While nobody can write, what was stored is enough to open the primary again, and storing is tried on.
    private static Turn AfterSaveFailed(RecoveryRun run) => WriteBlocks.Standing(run) is null
        ? Over(run, RunStop.StoreAway)
        : new(run with { IsSaveDue = true }, [new RecoveryCommand.WakeAfter(run.Limits.SaveAgain)]);

    private static Turn AfterWoken(RecoveryRun run, Moment now)
    {
        if (run is { Phase: RunPhase.Saving, IsSaveDue: true })
            return new(run with { IsSaveDue = false }, [new RecoveryCommand.Save(run.Recovery, run.Unsaved)]);
        var turn = StandingFences.Woken(run, now) ?? StageSteps.Woken(run, now);
        // A timer may ring a little early.
        return WriteBlocks.Alarm(run, now) is { } alarm ? turn with { Commands = turn.Commands.Add(alarm) } : turn;
    }

    /// <summary>The steps have ended, or are not waited for any longer: what they did is looked at.</summary>
    internal static Turn EndStage(RecoveryRun run, Moment now)
    {
        var done = run.Newest with { Results = [.. run.Results.Select(r => r!)], DoneAt = now.Wall };
        // No look shows a mark: it is as the step has left it.
        var succeeded = done.Stage.Steps.Zip(done.Results).Where(p => p.Second.IsSuccess).Select(p => p.First.Step);
        var topology = succeeded.OfType<MarkStep>().Aggregate(run.Topology, (t, mark) => mark.Effect(t));
        var ended = run with { Recovery = run.Recovery.WithLast(done), Topology = topology };
        return Looks.After(ended with { PatientUntil = null, Interrupted = null }, done, now);
    }

    /// <summary>Everything is seen: the next stage is planned, or the one that waits is asked about again.</summary>
    internal static Turn AfterLooks(RecoveryRun run, Moment now)
    {
        if (run.IsBeforeStage) return BeforeStage(run, now);
        var record = run.Newest with { Findings = Findings.Of(run.Newest, run.Topology) };
        var found = run with { Recovery = run.Recovery.WithLast(record) };
        return IsListeningDue(found, now) ? Listen(found with { IsBeforeStage = false }, now) : Plan(found, now);
    }

    internal static bool IsListeningDue(RecoveryRun run, Moment now) =>
        now.Running - run.ListenedAt >= run.Limits.ListenEvery;

    private static RecoveryRun NewRun(
        Recovery recovery, Topology topology, TimeSpan seenAt, RunLimits limits, int stages) => new()
    {
        Recovery = recovery, Topology = topology, Limits = limits, StagesLeft = stages,
        SeenAt = seenAt, SubjectSeenAt = seenAt, PlannedOn = topology, IsNewestUnsent = true,
        Kept = topology.Ledger,
        Involved = [.. topology.Members.Where(m => IsInvolved(m, recovery)).Select(m => m.Key)],
    };

    // What takes a recovery up waits a moment only for a primary that was dead a moment ago: its silence counts when
    // the machine has asked it (S18).
    private static RecoveryRun AskedInShort(RecoveryRun run) =>
        run.Recovery.Kind.SubjectIsDead && run.Topology[run.Recovery.Subject] is
            { Outcome: ProbeOutcome.Failed { ShowsLife: false, IsDefinite: false } }
            ? run with { SubjectSeenAt = null }
            : run;

    private static bool IsInvolved(Member member, Recovery recovery) =>
        member.IsSeen || (member.Key == recovery.Subject && !recovery.Kind.SubjectIsDead);

    private static Turn AfterSaved(RecoveryRun run, Moment now)
    {
        if (run.Newest.Stage.IsLast) return Over(run, RunStop.Ended);
        if (run.Recovery.AwaitsApproval && IsStillAsked(run)) return Over(run, RunStop.AwaitsApproval);
        if (run.StagesLeft <= 0) return Over(run, RunStop.MoreToDo);
        if (run.Newest.IsDone) return Plan(run, now);
        return IsListeningDue(run, now) ? Listen(run with { IsBeforeStage = true }, now) : BeforeStage(run, now);
    }

    private static bool IsStillAsked(RecoveryRun run) =>
        Planner.Next(run.Recovery, run.Topology) is { AwaitsApproval: true, Choice: null };

    private static Turn BeforeStage(RecoveryRun run, Moment now)
    {
        // A look may have been answered while the stage was stored: the planner has not seen it (S18).
        if (!ReferenceEquals(run.PlannedOn, run.Topology))
        {
            var taken = Resumption.Take(run.Recovery, run.Topology, now.Wall, run.IsNewestUnsent);
            if (!ReferenceEquals(taken, run.Recovery)) return Plan(run with { Recovery = taken }, now);
            run = run with { PlannedOn = run.Topology };
        }
        if (!run.HasLookedAround && MustLookAround(run)) return Looks.Around(run, now);
        var answer = StageGuard.Ask(
            run.Recovery, run.Newest.Stage, run.Topology, run.SeenAt, run.SubjectSeenAt, now, run.Limits);
        return answer switch
        {
            GuardAnswer.Send when HookRuns.IsToBeClaimed(run) => HookRuns.Claim(run, now),
            GuardAnswer.Send => StageSteps.Begin(run, now),
            GuardAnswer.LookAgain => Looks.Begin(run, isBeforeStage: true, now),
            GuardAnswer.LookAtSubject => Looks.Begin(run, [run.Recovery.Subject], isBeforeStage: true, now),
            GuardAnswer.LeaseGone => Over(run, RunStop.LeaseLost),
            GuardAnswer.Undone => NotRun(run, "not run: writes are let through again on the old primary", now),
            _ => NotRun(run, "not run: another server accepts writes, and two writers would diverge", now),
        };
    }

    // Nobody looked at servers that were silent when the problem was found, and one of them may be open by now. What a
    // watcher saw may be as old as its pause between two looks: a replica that was promoted since would be pointed
    // away. A repair has the time to look.
    private static bool MustLookAround(RecoveryRun run) => run.Recovery.Stages.Length == 1
        && (run.Newest.Stage.Steps.Any(s => s.Step is SetWritable) || IsRepair(run.Recovery.Kind));

    private static bool IsRepair(PlanKind kind) =>
        kind is { IsAutomatic: true, IsFailover: false, OnlyCloses: false };

    private static Turn NotRun(RecoveryRun run, string finding, Moment now)
    {
        var dropped = Resumption.Drop(run.Recovery, run.Topology, now.Wall, run.IsNewestUnsent, finding);
        return Looks.Begin(run with { Recovery = dropped }, isBeforeStage: false, now);
    }

    private static Turn Listen(RecoveryRun run, Moment now) =>
        StandingFences.Ask(run with { Phase = RunPhase.Listening }, new RecoveryCommand.Listen(), now);

    private static Turn AfterHeard(RecoveryRun run, OperatorSignal? word, Moment now)
    {
        run = run with { ListenedAt = now.Running };
        // Asked for beside a stage: one that only waits ends with the word,
        // any other one is run to its end and hears it then.
        if (run.Phase != RunPhase.Listening) return StageSteps.Heard(run, word);
        if (word is not null) return Plan(run with { Recovery = run.Recovery.WithSignal(word) }, now);
        return run.IsBeforeStage ? BeforeStage(run, now) : Plan(run, now);
    }

    private static Turn Plan(RecoveryRun run, Moment now)
    {
        var stage = Planner.Next(run.Recovery, run.Topology);
        if (Looks.BeforeEnd(run, stage, now) is { } looking) return looking;
        return MustWaitForLines(run, stage)
            ? new Turn(run with { Phase = RunPhase.Draining }, [])
            : Store(run, stage, now);
    }

    private static Turn Store(RecoveryRun run, PlanStage stage, Moment now)
    {
        var planned = run.Recovery.With(new StageRecord(stage, now.Epoch, now.Wall, []));
        var ledger = Bookkeeping.With(planned, run.Topology, now.Wall, run.IsLookedSince);
        var isNews = !ledger.SaysTheSameAs(run.Kept);
        if (isNews) ledger = ledger with { Version = run.Kept.Version + 1 };
        var topology = run.Topology.With(ledger);
        var saving = run with { Recovery = planned, Topology = topology, Kept = ledger, Phase = RunPhase.Saving };
        saving = saving with { PlannedOn = topology, IsNewestUnsent = true, Unsaved = isNews ? ledger : null };
        return StandingFences.Ask(saving, new RecoveryCommand.Save(planned, saving.Unsaved), now);
    }

    // A freeze that takes effect late would close what going back has opened, after the last look (S11).
    private static bool MustWaitForLines(RecoveryRun run, PlanStage stage) =>
        run.Busy.Any(line => !line.IsBeside) && (stage.GoesBack || stage.Outcome is { IsSuccess: false });

    private static Turn Over(RecoveryRun run, RunStop stop) =>
        new(run with { Phase = RunPhase.Over }, [new RecoveryCommand.End(stop)]);
}
