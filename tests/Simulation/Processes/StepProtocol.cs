using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// Carries out one step as MySql/Stepping/StepRunner does: look first unless somebody just looked, send what is missing,
/// kill what does not end in time, wait in turns. It stands in for that room until its protocol is a machine of Core.
/// </summary>
public sealed class StepProtocol(RunningRecovery run, RecoveryCommand.RunStep command, Action<StepResult> then)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1), Margin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan KillPatience = TimeSpan.FromMilliseconds(200), Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReleaseAfter = TimeSpan.FromMilliseconds(500);

    private readonly ModelProcess process = run.Process;
    private readonly PlanStep step = command.Planned.Step;
    private readonly TimeSpan began = run.Process.Running;
    private readonly ModelServer server = run.Process.World.ServerOf(command.Planned.Step.Target.Key);
    private bool isOver;

    public bool OnlyWaits => step.OnlyWaits;

    private TimeSpan Left => command.Planned.Timeout - (process.Running - began);
    private World World => process.World;

    public void Begin()
    {
        if (step is Fence) Fence();
        else if (step is SetWritable && process.Fences.IsPending(server)) Withdraw(LookAndDo);
        else LookAndDo();
    }

    /// <summary>Nobody waits for it any longer: what was not sent is not sent, what was sent is not recalled.</summary>
    public void Cancel() => End(StepState.Failed, "not waited for any longer");

    // No look before a fence: the look would wait where the fence must not.
    private void Fence()
    {
        if (IsTooLate()) return;
        run.NoteSending(step);
        if (!process.Fences.IsPending(server))
        {
            process.Fences.Send(server, isDone => End(isDone ? StepState.Done : StepState.Failed, isDone ? "" : "no session to it"));
        }
        process.After(command.Planned.Timeout, () => End(StepState.Queued, "it has not answered; the statement waits in its session"));
    }

    // The lease may be another one's by now (Core/Stepping).
    private bool IsTooLate()
    {
        if (run.MaySend(command.NotAfter)) return false;
        End(StepState.Failed, "not sent: the lease may have run out");
        return true;
    }

    private void LookAndDo()
    {
        if (run.IsFresh(command.SeenAt) && command.Topology[server.Key]?.Now is { } known) Do(known);
        else Look(Do);
    }

    private void Look(Action<Instance> then) => process.Prober.Look(server, Left, outcome =>
    {
        if (isOver) return;
        if (outcome.Sighted is { } seen) then(seen);
        else End(outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.TimedOut } ? StepState.TimedOut : StepState.Failed, "it was not seen");
    });

    private void Do(Instance seen)
    {
        if (step is ServerStep verb && verb.IsSatisfiedBy(seen)) End(StepState.AlreadyTrue);
        else if (step is SetWritable && seen.IsReadOnlyPending) Withdraw(() => Send(seen));
        else if (step is WaitUntilReceiving wait) WaitForLink(wait);
        else Send(seen);
    }

    private void Send(Instance seen)
    {
        var statements = Statements.Of(step, seen, World, run);
        var mayRelease = step is SetReadOnly && seen.SemiSync.SourceEnabled && command.Topology[server.Key] is { IsFormerPrimary: true };
        if (mayRelease)
            process.After(ReleaseAfter, () =>
            {
                if (!isOver) Execute([new Statement.KillClients(), new Statement.SemiSync(false, seen.SemiSync.ReplicaEnabled, 1, 10_000)], Left, _ => { });
            });
        if (IsTooLate()) return;
        run.NoteSending(step);
        if (step is WaitUntilApplied applied) Execute(statements, Left, _ => WaitInTurns(applied));
        else Execute(statements, Left, error => End(error.Length == 0 ? StepState.Done : StepState.Failed, error));
    }

    private void WaitInTurns(WaitUntilApplied wait)
    {
        var turn = Left - Margin;
        if (turn <= TimeSpan.Zero)
        {
            End(StepState.TimedOut, "it has not applied that in time");
            return;
        }
        var length = turn < Turn ? turn : Turn;
        Execute([new Statement.WaitApplied(wait.Position, (long)(length.Ticks / process.Rate))], Left, error =>
        {
            if (error.Length == 0) End(StepState.Done);
            else Look(seen =>
            {
                if (wait.IsSatisfiedBy(seen)) End(StepState.Done);
                else if (seen.Links.FirstOrDefault(l => l.Applier == ReplicationThread.Stopped && l.ApplierErrorNumber != 0) is { } stopped)
                    End(StepState.Failed, $"the applier stopped with error {stopped.ApplierErrorNumber}");
                else WaitInTurns(wait);
            });
        });
    }

    private void WaitForLink(WaitUntilReceiving wait)
    {
        if (Left <= Pause)
        {
            End(StepState.TimedOut, "it has not connected in time");
            return;
        }
        process.After(Pause, () =>
        {
            if (isOver) return;
            Look(seen =>
            {
                var link = seen.Links.FirstOrDefault(l => l.Source == wait.Source);
                if (link is { Receiver: ReplicationThread.Running }) End(StepState.Done);
                else if (link is { ReceiverErrorNumber: not 0 }) End(StepState.Failed, $"error {link.ReceiverErrorNumber}");
                else WaitForLink(wait);
            });
        });
    }

    // A fence that still waits at its server, ours or that of a process that died, would close it again.
    private void Withdraw(Action next) => Execute([new Statement.KillClosing()], Left, _ =>
    {
        process.Fences.Withdrawn(server);
        next();
    });

    private void Execute(IReadOnlyList<Statement> statements, TimeSpan timeout, Action<string> answered)
    {
        StatementRun? sent = null;
        var (life, isHeard) = (process.Life, false);
        void Back(Action hear) => World.Network.Send(server.Place, process.Place, () => process.Hear(life, () =>
        {
            if (isHeard || isOver) return;
            isHeard = true;
            hear();
        }));
        World.Network.Send(process.Place, server.Place, () => server.Arrive(
            () =>
            {
                sent = new StatementRun(server, statements, error => Back(() => answered(error)));
                server.OnReset.Add(() => Back(() => End(StepState.Failed, "the connection was reset")));
                sent.Begin();
            },
            () => Back(() => End(StepState.Failed, "nothing listens there"))), isRepeated: true);
        process.After(timeout, () =>
        {
            if (isHeard || isOver) return;
            isHeard = true;
            // Left alone it could take effect after the plan has been undone.
            World.Network.Send(process.Place, server.Place, () => server.Arrive(() => sent?.Kill(), static () => { }));
            process.After(KillPatience, () => End(StepState.TimedOut, "no answer in time"));
        });
    }

    private void End(StepState state, string says = "")
    {
        if (isOver) return;
        isOver = true;
        then(new StepResult(state, process.Running - began, Says: says));
    }
}
