using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>
/// The part of the machine that waits for what a server was told to do. It waits in short turns and looks between them,
/// because a server waits on when its applier or receiver has stopped with an error.
/// </summary>
internal static class StepWaits
{
    /// <summary>One wait inside the server.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks at a receiver that connects.</summary>
    public static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    // The server's own end of a wait comes before ours.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);

    public static StepTurn Begin(StepRun run, TimeSpan now) =>
        NextTurn(run with { Phase = StepPhase.Waiting }, now);

    public static StepTurn AfterTurn(StepRun run, bool isReached, TimeSpan now)
    {
        if (isReached) return StepMachine.End(run, StepMachine.ResultOf(run, StepState.Done, now));
        return run.Deadline > now
            ? new StepTurn(run, new StepCommand.Look(run.Deadline - now))
            : AfterTime(run, now);
    }

    public static StepTurn AfterLook(StepRun run, ProbeOutcome outcome, TimeSpan now)
    {
        // A look that failed says nothing about the wait; the next one may not.
        if (outcome.Sighted is not { } seen) return NextTurn(run, now);
        if (((ServerStep)run.Step).IsSatisfiedBy(seen))
            return StepMachine.End(run, StepMachine.ResultOf(run, StepState.Done, now));
        return Stopped(run.Step, seen) is { } because
            ? StepMachine.End(run, StepMachine.ResultOf(run, StepState.Failed, now, because))
            : NextTurn(run, now);
    }

    public static StepTurn AfterTime(StepRun run, TimeSpan now)
    {
        var says = run.Step switch
        {
            WaitUntilApplied wait => $"{wait.Target.Key} has not applied {wait.Position} in time",
            WaitUntilReceiving wait => $"{wait.Target.Key} has not connected to {wait.Source} in time",
            _ => "no answer in time",
        };
        return StepMachine.End(run, StepMachine.ResultOf(run, StepState.TimedOut, now, says));
    }

    private static StepTurn NextTurn(StepRun run, TimeSpan now)
    {
        var left = run.Deadline - now;
        if (run.Step is WaitUntilReceiving)
            return left > BetweenLooks
                ? new StepTurn(run, new StepCommand.Pause(BetweenLooks))
                : AfterTime(run, now);
        var turn = left - Margin;
        if (turn <= TimeSpan.Zero) return AfterTime(run, now);
        return new StepTurn(run, new StepCommand.Wait(turn < Turn ? turn : Turn, left));
    }

    private static string? Stopped(PlanStep step, Instance seen) => step switch
    {
        WaitUntilApplied => seen.Links.Where(l => IsMeant(step, l))
            .Where(l => l.Applier == ReplicationThread.Stopped && l.ApplierErrorNumber != 0)
            .Select(l => $"the applier stopped with error {l.ApplierErrorNumber}: {l.ApplierError}").FirstOrDefault(),
        WaitUntilReceiving wait => seen.Links.Where(l => IsMeant(step, l))
            .Where(l => l.Source == wait.Source && l.ReceiverErrorNumber != 0)
            .Select(l => $"error {l.ReceiverErrorNumber}: {l.ReceiverError}").FirstOrDefault(),
        _ => null,
    };

    // What another source sends may have stopped its own applier.
    private static bool IsMeant(PlanStep step, ReplicationLink link) =>
        step.Target.ChannelName is not { } channel || link.Channel == channel;
}
