using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// Carries out the commands of the real recovery machine and tells it of their ends, as Flow/Recovering/
/// RecoveryInterpreter does, without tasks.
/// </summary>
public sealed class RunningRecovery(ModelProcess process, HeldLease lease, Action<RunningRecovery> over)
{
    public const string LeaseName = "cluster";

    private static readonly RunLimits Limits = RunLimits.For(TimeSpan.FromSeconds(1), HeldLease.Length);

    private readonly List<StepCarrier> steps = [];
    private readonly TimeSpan began = process.Running;
    private RecoveryRun run = null!;
    private bool isOver, isCancelled, isLeft;

    public ModelProcess Process => process;
    public HeldLease Lease => lease;
    public Recovery Recovery => run.Recovery;

    /// <summary>
    /// When the newest look at the subject was answered or over, by this process's clock; when it was asked for, where a
    /// dead one was silent.
    /// </summary>
    public TimeSpan SubjectSeenAt { get; private set; }

    /// <summary>Its steps may still be sent.</summary>
    public bool IsActive => !isOver && !isCancelled;

    private World World => process.World;
    private Moment Now => new(process.Wall, process.Running - began, lease.Left, lease.Epoch);

    /// <param name="seenAt">When the servers had been looked at, by this process's clock.</param>
    public void Begin(Recovery recovery, Topology topology, TimeSpan seenAt, bool isTakenUp)
    {
        lease.OnLost = Cancel;
        SubjectSeenAt = seenAt;
        World.Judge.RunBegins(this);
        World.Play?.Say(process.Name, $"{(isTakenUp ? "takes up" : "begins")} {recovery.Kind} of {recovery.Subject.Host} (epoch {lease.Epoch})");
        var at = seenAt - began;
        var turn = isTakenUp
            ? RecoveryMachine.TakeUp(recovery, topology, at, Limits, int.MaxValue, Now)
            : RecoveryMachine.Begin(recovery, topology, at, Limits, int.MaxValue, Now);
        Take(turn);
    }

    /// <summary>A step has looked at the subject before it is sent.</summary>
    public void NoteLook(InstanceKey key)
    {
        if (key == run.Recovery.Subject) SubjectSeenAt = process.Running;
    }

    /// <summary>A step is about to be sent to its server.</summary>
    public void NoteSending(PlanStep step)
    {
        World.Judge.Sending(this, step);
        World.Play?.Say(process.Name, $"sends: {step.Says}");
    }

    private void Take(Turn turn)
    {
        run = turn.Run;
        foreach (var command in turn.Commands)
        {
            if (isOver || isCancelled) return;
            CarryOut(command);
        }
    }

    private void Hear(RecoveryEvent happened)
    {
        if (isOver || isCancelled) return;
        if (happened is RecoveryEvent.Looked looked && looked.Key == run.Recovery.Subject) SubjectSeenAt = Later(SubjectSeenAt, EndOf(looked));
        Take(RecoveryMachine.Step(run, happened, Now));
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    // One that is heard of late shows nothing of the time since it was over; the silence of a dead primary shows nothing
    // of the time since it was asked.
    private TimeSpan EndOf(RecoveryEvent.Looked look)
    {
        var isSilent = look.Outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.TimedOut };
        if (isSilent && run.Recovery.Kind.SubjectIsDead) return began + look.BegunAt;
        var over = began + look.BegunAt + Limits.Look;
        return over < process.Running ? over : process.Running;
    }

    private void CarryOut(RecoveryCommand command)
    {
        switch (command)
        {
            case RecoveryCommand.Save save:
                Save(save);
                break;
            case RecoveryCommand.Look look:
                var begun = Now.Running;
                process.Prober.Look(look.Key, look.Timeout, o =>
                {
                    process.Watch.Take(look.Key, o);
                    Hear(new RecoveryEvent.Looked(look.Key, o, begun));
                });
                break;
            case RecoveryCommand.RunStep step:
                RunStep(step);
                break;
            case RecoveryCommand.Listen:
                process.Call(s => s.WordFor(run.Recovery.Id), w => Hear(new RecoveryEvent.Heard(Allowed(w))), () => Hear(new RecoveryEvent.Heard(null)));
                break;
            case RecoveryCommand.WakeAfter wake:
                process.After(wake.Time, () => Hear(new RecoveryEvent.Woken()));
                break;
            case RecoveryCommand.Report report:
                World.Judge.Report("assertion", report.Failed);
                break;
            case RecoveryCommand.StopWaiting:
                foreach (var step in steps.Where(s => s.OnlyWaits).ToArray()) step.Cancel();
                break;
            case RecoveryCommand.End end:
                End(end.Stop);
                break;
        }
    }

    private OperatorSignal? Allowed(OperatorSignal? word) => word is not null && run.Recovery.Cancelled is null && run.Recovery.WhyNot(word) is null ? word : null;

    private void Save(RecoveryCommand.Save save)
    {
        var newest = save.Recovery.Stages[^1].Stage;
        World.Judge.Planned(this, save.Recovery);
        process.Call(
            s =>
            {
                var outcome = s.SaveStage(save.Recovery, save.Ledger, lease.Name, lease.Row);
                process.NoteSave();
                return (Outcome: outcome, s.Ledger);
            },
            answer =>
            {
                var isOurs = answer.Outcome == WriteOutcome.Written;
                if (isOurs) World.Play?.Say(process.Name, $"stage {newest.Name}: {newest.Because}");
                if (isOurs && save.Ledger is not null) process.Watch.Keep(answer.Ledger);
                Hear(new RecoveryEvent.Saved(isOurs));
            },
            () => Hear(new RecoveryEvent.SaveFailed("the record could not be stored")));
    }

    private void RunStep(RecoveryCommand.RunStep command)
    {
        var terms = new StepTerms(began + command.NotAfter, command.SeenAt is { } at ? began + at : null)
        {
            Beside = [.. command.Beside.Select(w => w with { SeenAt = began + w.SeenAt })],
        };
        StepCarrier? carrier = null;
        carrier = new StepCarrier(this, command, terms, result =>
        {
            steps.Remove(carrier!);
            if (!result.IsSuccess) World.Play?.Say(process.Name, $"{result.State}: {command.Planned.Step.Says}: {result.Says}");
            // Heard after what is under way now, as an event of its own.
            process.After(TimeSpan.Zero, () => Hear(new RecoveryEvent.StepEnded(command.Stage, command.Step, result)));
            Leave();
        });
        steps.Add(carrier);
        carrier.Begin();
    }

    private void End(RunStop stop)
    {
        isOver = true;
        World.Play?.Say(process.Name, $"the run is over: {stop}{(run.Recovery.Outcome is { } o ? $", {o.Says}" : "")}");
        Leave();
    }

    // The lease is lost or the store is away: nothing more is sent.
    private void Cancel()
    {
        if (isOver || isCancelled) return;
        isCancelled = true;
        World.Play?.Say(process.Name, "stops: the lease is lost or the store is away");
        foreach (var step in steps.ToArray()) step.Cancel();
        Leave();
    }

    // What is still under way ends under the lease.
    private void Leave()
    {
        if (IsActive || steps.Count > 0 || isLeft) return;
        isLeft = true;
        World.Judge.RunEnds(this);
        lease.Release();
        over(this);
    }
}
