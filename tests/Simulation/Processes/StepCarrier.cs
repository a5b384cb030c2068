using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>Carries out what the real step machine asks for, as MySql/Stepping/StepSession does. It decides nothing.</summary>
public sealed class StepCarrier(RunningRecovery run, RecoveryCommand.RunStep command, StepTerms terms, Action<StepResult> then)
{
    private static readonly TimeSpan ReleaseAfter = TimeSpan.FromMilliseconds(500);

    private readonly ModelProcess process = run.Process;
    private readonly PlanStep step = command.Planned.Step;
    private readonly ModelServer server = run.Process.World.ServerOf(command.Planned.Step.Target.Key);
    private StepRun state = null!;
    private StatementRun? sent;
    private (long ServerTime, TimeSpan ReadBy)? withdrawn;
    private int asked;
    private bool isOver;

    public bool OnlyWaits => step.OnlyWaits;

    private World World => process.World;

    public void Begin() => Take(StepMachine.Begin(command.Planned, command.Topology[server.Key], terms, process.Running));

    /// <summary>Nobody waits for it any longer.</summary>
    public void Cancel()
    {
        if (!isOver) Hear(asked, new StepEvent.StopAsked());
    }

    private void Hear(int ask, StepEvent happened)
    {
        if (isOver || ask != asked) return;
        Take(StepMachine.Step(state, happened, process.Running));
    }

    private void Take(StepTurn turn)
    {
        state = turn.Run;
        var ask = ++asked;
        switch (turn.Command)
        {
            case StepCommand.Look look:
                process.Prober.Look(server, look.Within, outcome => Hear(ask, new StepEvent.Looked(outcome)));
                break;
            case StepCommand.LookBeside look:
                LookBeside(ask, look);
                break;
            case StepCommand.Prepare prepare:
                Ask(ask, prepare.Within, answer => answer(new StepEvent.Ready()), isRepeated: false);
                break;
            case StepCommand.TakeBack back:
                Ask(ask, back.Within, answer => answer(TakeBack()), isRepeated: false);
                break;
            case StepCommand.Send send:
                Send(ask, send);
                break;
            case StepCommand.Wait wait:
                Wait(ask, wait);
                break;
            case StepCommand.Pause pause:
                process.After(pause.Time, () => Hear(ask, new StepEvent.TurnEnded(false)));
                break;
            case StepCommand.Kill kill:
                Ask(ask, kill.Within, Kill, isRepeated: false);
                break;
            case StepCommand.KeepQueued kept:
                End(kept.Result);
                break;
            case StepCommand.End end:
                End(end.Result);
                break;
            default:
                End(new StepResult(StepState.Failed, TimeSpan.Zero, Says: "not waited for any longer"));
                break;
        }
    }

    private void LookBeside(int ask, StepCommand.LookBeside look)
    {
        var outcomes = ImmutableDictionary.CreateBuilder<InstanceKey, ProbeOutcome>();
        foreach (var key in look.Keys)
            process.Prober.Look(World.ServerOf(key), look.Within, outcome =>
            {
                outcomes[key] = outcome;
                run.NoteLook(key);
                if (outcomes.Count == look.Keys.Length) Hear(ask, new StepEvent.LookedBeside(outcomes.ToImmutable()));
            });
    }

    // Ends what waits here to close the server, and every session on which such a statement may be on its way.
    private StepEvent TakeBack()
    {
        var ended = server.Closing.Count;
        foreach (var one in server.Closing.ToArray()) one.Kill();
        server.SessionsEndedAt = World.Now;
        withdrawn = (World.Now, process.Running);
        process.Fences.Withdrawn(server);
        return new StepEvent.TakenBack(ended);
    }

    private void Send(int ask, StepCommand.Send send)
    {
        if (step is Fence)
        {
            run.NoteSending(step);
            process.Fences.Send(server, isDone => Hear(ask, isDone
                ? new StepEvent.Answered()
                : new StepEvent.Failed(ProbeFailureKind.Refused, "no session to it", IsOver: true)));
            process.After(send.Within, () => Hear(ask, new StepEvent.TimeReached()));
            return;
        }
        long? notAfter = withdrawn is { } at ? at.ServerTime + (long)((send.By - at.ReadBy).Ticks / process.Rate) : null;
        var statements = Statements.Of(step, send.Seen!, World, run, notAfter);
        run.NoteSending(step);
        if (statements.Count == 0)
        {
            Hear(ask, new StepEvent.Answered());
            return;
        }
        if (step is SetReadOnly { ReleasesCommits: true } && server.Flavour.KillCutsOffAtOnce) process.After(ReleaseAfter, () => Release(ask, send.Seen!));
        var sentAt = World.Now;
        Ask(ask, send.Within, answer =>
        {
            if (sentAt < server.SessionsEndedAt) return;
            sent = new StatementRun(server, statements, error => answer(error.Length == 0
                ? new StepEvent.Answered()
                : new StepEvent.Failed(ProbeFailureKind.Other, error, IsOver: true, IsRefusal: true))) { IsOurs = true };
            sent.Begin();
        }, isRepeated: true);
    }

    // Commits that wait for acknowledgements nobody gives are let through: their clients first, then semi-sync.
    private void Release(int ask, Instance seen)
    {
        if (isOver || ask != asked) return;
        World.Network.Send(process.Place, server.Place, () => server.Arrive(
            () => new StatementRun(server, [new Statement.KillClients(), new Statement.SemiSync(false, seen.SemiSync.ReplicaEnabled, 1, 10_000)], static _ => { }) { IsOurs = true }.Begin(),
            static () => { }));
    }

    private void Wait(int ask, StepCommand.Wait wait)
    {
        var position = ((WaitUntilApplied)step).Position;
        var turn = (long)(wait.Turn.Ticks / process.Rate);
        Ask(ask, wait.Within, answer => new StatementRun(
            server, [new Statement.WaitApplied(position, turn)], error => answer(new StepEvent.TurnEnded(error.Length == 0))).Begin(), isRepeated: false);
    }

    // A STOP REPLICA that hangs does not end for a KILL: nobody answers, and its time is reached.
    private void Kill(Action<StepEvent> answer)
    {
        if (sent is null || sent.Kill()) answer(new StepEvent.Killed());
        else if (sent.IsDone) answer(new StepEvent.Answered());
    }

    private void Ask(int ask, TimeSpan within, Action<Action<StepEvent>> serve, bool isRepeated)
    {
        var life = process.Life;
        void Back(StepEvent happened) => World.Network.Send(server.Place, process.Place, () => process.Hear(life, () => Hear(ask, happened)));
        World.Network.Send(process.Place, server.Place, () => server.Arrive(
            () =>
            {
                server.OnReset.Add(() => Back(new StepEvent.Failed(ProbeFailureKind.Reset, "the connection was reset", IsOver: false)));
                serve(Back);
            },
            () => Back(new StepEvent.Failed(ProbeFailureKind.Refused, "nothing listens there", IsOver: true))), isRepeated);
        process.After(within, () => Hear(ask, new StepEvent.TimeReached()));
    }

    private void End(StepResult result)
    {
        isOver = true;
        then(result);
    }
}
