using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// The part of the machine that closes an old primary which comes back open while the store does not answer, though
/// another server was opened in its place (S1, S10). That it is to refuse writes stands in the stored record, so the
/// same step is sent once more without another write, as long as the lease is ours: while the store is away nobody else
/// can have it.
/// </summary>
internal static class StandingFences
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Asks the store for something, and for a wake-up should it take long, where another server was opened.
    /// </summary>
    public static Turn Ask(RecoveryRun run, RecoveryCommand command, Moment now)
    {
        var asking = run with { StoreAskedAt = now.Running };
        return Of(asking) is null
            ? new(asking, [command])
            : new(asking, [command, new RecoveryCommand.WakeAfter(run.Limits.SaveAgain)]);
    }

    /// <summary>A time is reached: the old primary is looked at. Null when the store is not waited for.</summary>
    public static Turn? Woken(RecoveryRun run, Moment now)
    {
        if (!WaitsForStore(run) || Of(run) is null) return null;
        // A timer may ring a little early.
        if (LeftOf(run, now) is var left && left > TimeSpan.Zero)
            return new(run, [new RecoveryCommand.WakeAfter(left > Shortest ? left : Shortest)]);
        if (now.Running - run.BesideAt < run.Limits.ListenEvery / 2) return new(run, []);
        var subject = run.Recovery.Subject;
        var again = new RecoveryCommand.WakeAfter(run.Limits.ListenEvery);
        if (run.Beside.Contains(subject)) return new(run with { BesideAt = now.Running }, [again]);
        var looking = run with { BesideAt = now.Running, Beside = run.Beside.Add(subject) };
        return new(looking, [Looks.LookAt(run, subject), again]);
    }

    /// <summary>Sends the stored step to an old primary that is seen open, once the store has taken long.</summary>
    public static Turn Send(Turn turn, Moment now)
    {
        var run = turn.Run;
        if (!WaitsForStore(run) || now.LeaseLeft <= TimeSpan.Zero) return turn;
        if (LeftOf(run, now) > TimeSpan.Zero || Of(run) is not var (stage, step)) return turn;
        var subject = run.Recovery.Subject;
        if (run.Topology[subject] is not { Current.AcceptsWrites: true } || !run.IsLookedSince(subject)) return turn;
        var planned = run.Recovery.Stages[stage].Stage.Steps[step];
        var notAfter = now.Running + now.LeaseLeft;
        var send = new RecoveryCommand.RunStep(stage, step, planned, run.Topology, notAfter, SeenAt: null);
        return new(run with { Busy = run.Busy.Add(StepLine.Of(planned.Step)) }, [.. turn.Commands, send]);
    }

    private static bool WaitsForStore(RecoveryRun run) => run.Phase is RunPhase.Saving or RunPhase.Listening;

    private static TimeSpan LeftOf(RecoveryRun run, Moment now) =>
        run.StoreAskedAt + run.Limits.SaveAgain - now.Running;

    // Where the last step stands that closes the subject; null before another server may be open. What was not sent
    // yet, and maybe is not stored, counts for nothing.
    private static (int Stage, int Step)? Of(RecoveryRun run)
    {
        var all = run.Recovery.Stages;
        var stored = run.IsNewestUnsent ? all.RemoveAt(run.StageNumber) : all;
        if (!run.Recovery.Kind.IsAboutPrimary || !(run.Recovery with { Stages = stored }).HasOpened) return null;
        for (var stage = stored.Length - 1; stage >= 0; stage--)
            for (var step = 0; step < stored[stage].Stage.Steps.Length; step++)
                if (Closes(stored[stage].Stage.Steps[step].Step, run.Recovery.Subject)) return (stage, step);
        return null;
    }

    private static bool Closes(PlanStep step, InstanceKey key) =>
        step is Fence or SetReadOnly && step.Target.Key == key;
}
