using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>
/// How one step is carried out on its server, without the waiting: <c>(state, event, now) → (state, command)</c>. Look
/// first, send only what is not true yet, and only while the lease and the look still count at that very moment; end a
/// statement whose time is over, so that it cannot take effect later, and say so where that is not certain. SQL and
/// sockets are the business of whoever carries the commands out.
/// </summary>
public static class StepMachine
{
    /// <summary>A statement that is told to end is waited for so long.</summary>
    public static readonly TimeSpan KillWithin = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// What opens a server takes effect within so long, or not at all: it stands on looks at the others that are a
    /// second old at most, and somebody may open one of them meanwhile (S1).
    /// </summary>
    public static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(1);

    /// <summary>A fence that is not answered waits in its session for so long.</summary>
    public static readonly TimeSpan QueuedFor = TimeSpan.FromHours(1);

    // A silent one is waited for no longer: what others answered meanwhile must count still when something is sent.
    private static readonly TimeSpan BesideWithin = TimeSpan.FromMilliseconds(600);

    private const string MayTakeEffect = "the statement may still take effect";
    /// <summary>Why nothing is sent when the lease may be another one's.</summary>
    public const string LeaseGone = "not sent, because the lease may have run out";

    /// <summary>Begins a step.</summary>
    /// <param name="server">
    /// The server as it was planned for, looked at <see cref="StepTerms.SeenAt"/>; null when it is not known.
    /// </param>
    public static StepTurn Begin(PlannedStep planned, Member? server, StepTerms terms, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(planned);
        ArgumentNullException.ThrowIfNull(terms);
        var run = new StepRun { Planned = planned, Terms = terms, BeganAt = now, SeenAt = terms.SeenAt };
        run = run with { Seen = server?.Current, PlannedFor = server?.LastKnown };
        if (!terms.Beside.IsEmpty) run = run with { BesideSeenAt = terms.Beside.Min(w => w.SeenAt) };
        // No look before a fence: it would wait where the fence must not.
        if (planned.Step is Fence) return Send(run with { Seen = null }, now);
        return run.IsFreshAt(now) ? Judge(run, now) : Look(run, now);
    }

    /// <summary>Takes in one event.</summary>
    public static StepTurn Step(StepRun run, StepEvent happened, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(happened);
        return happened switch
        {
            StepEvent.StopAsked => AfterStop(run with { IsStopped = true }, now),
            StepEvent.Looked looked => AfterLook(run, looked.Outcome, now),
            StepEvent.LookedBeside looked => AfterLookBeside(run, looked.Outcomes, now),
            StepEvent.Ready ready => AfterReady(run, ready.Server, now),
            StepEvent.TakenBack back => AfterTakenBack(run, back.Ended, now),
            StepEvent.Answered answered => AfterAnswer(run, answered.Says, now),
            StepEvent.TurnEnded turn => StepWaits.AfterTurn(run, turn.IsReached, now),
            StepEvent.Failed failed => AfterFailure(run, failed, now),
            StepEvent.Killed => Ended(run),
            StepEvent.NotKilled not => Uncertain(run, not.Says),
            StepEvent.TimeReached => AfterTime(run, now),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "no such event"),
        };
    }

    internal static StepTurn Look(StepRun run, TimeSpan now) => run.Deadline > now
        ? new(run with { Phase = StepPhase.Looking }, new StepCommand.Look(run.Deadline - now))
        : TooLate(run, now);

    internal static StepTurn End(StepRun run, StepResult result) =>
        new(run with { Phase = StepPhase.Over }, new StepCommand.End(result));

    internal static StepResult ResultOf(StepRun run, StepState state, TimeSpan now, string says = "") =>
        new(state, now - run.BeganAt, Says: says);

    private static StepTurn AfterLook(StepRun run, ProbeOutcome outcome, TimeSpan now)
    {
        if (run.Phase == StepPhase.Waiting) return StepWaits.AfterLook(run, outcome, now);
        if (outcome.Sighted is not { } seen) return End(run, NotSeen(run, (ProbeOutcome.Failed)outcome, now));
        return run.PlannedFor is { } planned && ServerIdentity.IsAnother(planned, seen)
            ? End(run, NotSent(run, StepState.Failed, now, AnotherServer(run)))
            : Judge(run with { Seen = seen, SeenAt = now }, now);
    }

    // Its address may be another server's by now, and what was decided is nothing to that one.
    private static string AnotherServer(StepRun run) =>
        $"not sent, because another server answers at {run.Step.Target.Key} than the one this was planned for";

    // Silence is no sign of a writer.
    private static StepTurn AfterLookBeside(
        StepRun run, ImmutableDictionary<InstanceKey, ProbeOutcome> outcomes, TimeSpan now)
    {
        var because = run.Terms.Beside.Where(w => outcomes.ContainsKey(w.Key))
            .Select(w => w.WhyNot(outcomes[w.Key])).FirstOrDefault(w => w is not null);
        return because is not null
            ? End(run, NotSent(run, StepState.Failed, now, because))
            : Proceed(run with { BesideSeenAt = run.BesideAskedAt }, now);
    }

    private static StepTurn Judge(StepRun run, TimeSpan now)
    {
        if (run.Step is ServerStep verb && verb.IsSatisfiedBy(run.Seen!) && !MustAct(run))
            return End(run, ResultOf(run, StepState.AlreadyTrue, now));
        if ((UntoldLinks.WhyNot(run.Step, run.Seen!) ?? ChangedLinks.WhyNot(run.Step, run.Seen!)) is { } because)
            return End(run, NotSent(run, StepState.Failed, now, because));
        // There is nothing to send: its receiver was told to connect by another step.
        if (run.Step is WaitUntilReceiving) return StepWaits.Begin(run, now);
        return run.Deadline > now
            ? new(run with { Phase = StepPhase.Preparing }, new StepCommand.Prepare(run.Deadline - now))
            : TooLate(run, now);
    }

    // The look may be a second old, and the session younger.
    private static StepTurn AfterReady(StepRun run, string server, TimeSpan now) =>
        server.Length > 0 && MeantFor(run) is { Length: > 0 } meant && meant != server
            ? End(run, NotSent(run, StepState.Failed, now, AnotherServer(run)))
            : Proceed(run, now);

    private static string MeantFor(StepRun run) =>
        run.PlannedFor is { } planned ? ServerIdentity.LastingOf(planned) ?? "" : "";

    // Everything that was true at the decision is asked about again at the moment of sending.
    private static StepTurn Proceed(StepRun run, TimeSpan now)
    {
        if (now >= run.Deadline) return TooLate(run, now);
        if (!run.Terms.AllowAt(now)) return End(run, NotSent(run, StepState.Failed, now, LeaseGone));
        if (!run.IsFreshAt(now)) return Look(run, now);
        return MustTakeBack(run)
            ? new(run with { Phase = StepPhase.TakingBack }, new StepCommand.TakeBack(run.Deadline - now))
            : Send(run, now);
    }

    // Events are asked for rarely, so a look may show old ones; what is so already is left alone when it is sent.
    private static bool MustAct(StepRun run) => MustTakeBack(run) || run.Step is SetEvents;

    /// <summary>
    /// What waits at a server to close it, or is still on its way, would close it after it was opened. Where nothing is
    /// seen of it, it may wait all the same.
    /// </summary>
    private static bool MustTakeBack(StepRun run) => run.Step is SetWritable && !run.IsTakenBack;

    private static StepTurn AfterTakenBack(StepRun run, int ended, TimeSpan now)
    {
        var back = run with { IsTakenBack = true };
        // It may have taken effect before it ended, or after the look that shows the server open.
        return ended > 0 || ((ServerStep)back.Step).IsSatisfiedBy(back.Seen!) ? Look(back, now) : Proceed(back, now);
    }

    private static StepTurn Send(StepRun run, TimeSpan now)
    {
        if (!run.Terms.AllowAt(now)) return End(run, NotSent(run, StepState.Failed, now, LeaseGone));
        if (!run.IsBesideFreshAt(now)) return LookBeside(run, now);
        var by = run.Deadline < run.Terms.NotAfter ? run.Deadline : run.Terms.NotAfter;
        if (run.Step is SetWritable && now + OpensWithin < by) by = now + OpensWithin;
        // A fence is sent without a look.
        var send = new StepCommand.Send(run.Seen, run.Deadline - now, by, run.Seen is null ? MeantFor(run) : "");
        return new StepTurn(run with { Phase = StepPhase.Sent }, send);
    }

    // What came before may have taken a while: somebody may be open since the guard let the step through (S18).
    private static StepTurn LookBeside(StepRun run, TimeSpan now)
    {
        var left = run.Deadline - now;
        ImmutableArray<InstanceKey> keys = [.. run.Terms.Beside.Select(w => w.Key)];
        var look = new StepCommand.LookBeside(keys, left < BesideWithin ? left : BesideWithin);
        return new(run with { Phase = StepPhase.LookingBeside, BesideAskedAt = now }, look);
    }

    private static StepTurn AfterAnswer(StepRun run, string says, TimeSpan now)
    {
        if (run.IsStopped) return Stopped(run);
        return run.Step is WaitUntilApplied
            ? StepWaits.Begin(run, now)
            : End(run, ResultOf(run, StepState.Done, now, says));
    }

    private static StepTurn AfterFailure(StepRun run, StepEvent.Failed failed, TimeSpan now)
    {
        if (run.Phase == StepPhase.Killing) return Ended(run);
        var state = failed.Kind == ProbeFailureKind.TimedOut ? StepState.TimedOut : StepState.Failed;
        var result = ResultOf(run, state, now, failed.Says) with { IsRefused = failed.IsRefusal };
        return run.Phase == StepPhase.Sent && !failed.IsOver && run.Step is not Fence
            ? Kill(run, result)
            : End(run, result);
    }

    private static StepTurn AfterTime(StepRun run, TimeSpan now) => run.Phase switch
    {
        StepPhase.Killing => Uncertain(run, "it was told to end and has not ended"),
        StepPhase.Waiting => StepWaits.AfterTime(run, now),
        StepPhase.Sent when run.Step is Fence => Queue(run, now),
        StepPhase.Sent => Kill(run, NoAnswer(run, now)),
        _ => End(run, NoAnswer(run, now)),
    };

    private static StepTurn AfterStop(StepRun run, TimeSpan now) => run.Phase switch
    {
        StepPhase.Killing => Kill(run, run.Ending!),
        StepPhase.Sent when run.Step is not Fence =>
            Kill(run, ResultOf(run, StepState.Failed, now, "not waited for any longer")),
        _ => Stopped(run),
    };

    // A fence is the one statement that is to take effect whenever the server hears it.
    private static StepTurn Queue(StepRun run, TimeSpan now)
    {
        var says = $"{run.Step.Target.Key} has not answered; the statement waits in its session "
            + $"for up to {QueuedFor.TotalHours:0} h";
        var queued = ResultOf(run, StepState.Queued, now, says);
        return new StepTurn(run with { Phase = StepPhase.Queued }, new StepCommand.KeepQueued(queued));
    }

    private static StepTurn Kill(StepRun run, StepResult ending) =>
        new(run with { Phase = StepPhase.Killing, Ending = ending }, new StepCommand.Kill(KillWithin));

    private static StepTurn Ended(StepRun run) => run.IsStopped ? Stopped(run) : End(run, run.Ending!);

    private static StepTurn Stopped(StepRun run) =>
        new(run with { Phase = StepPhase.Over }, new StepCommand.Stop());

    private static StepTurn Uncertain(StepRun run, string because)
    {
        var says = $"{run.Ending!.Says}; {MayTakeEffect}, because {because}";
        return End(run, run.Ending with { MayTakeEffect = true, Says = says });
    }

    private static StepTurn TooLate(StepRun run, TimeSpan now) =>
        End(run, NotSent(run, StepState.TimedOut, now, "not sent, because its time was over before it could be"));

    private static StepResult NotSent(StepRun run, StepState state, TimeSpan now, string says) =>
        ResultOf(run, state, now, says) with { IsRefused = true, WasNotSent = true };

    private static StepResult NoAnswer(StepRun run, TimeSpan now) =>
        ResultOf(run, StepState.TimedOut, now, "no answer in time");

    private static StepResult NotSeen(StepRun run, ProbeOutcome.Failed failed, TimeSpan now) => ResultOf(
        run, failed.Kind == ProbeFailureKind.TimedOut ? StepState.TimedOut : StepState.Failed, now, failed.Says);
}
