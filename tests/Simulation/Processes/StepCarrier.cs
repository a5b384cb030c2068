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
    private readonly InstanceKey key = command.Planned.Step.Target.Key;
    private readonly string meant = command.Topology[command.Planned.Step.Target.Key]?.LastKnown is { } known ? ServerIdentity.LastingOf(known) ?? "" : "";
    private StepRun state = null!;
    private StatementRun? sent;

    // The server that the session leads to.
    private ModelServer? session;
    private (long ServerTime, TimeSpan ReadBy)? withdrawn;
    private int asked;
    private bool isOver, isPartLeft;

    public bool OnlyWaits => step.OnlyWaits;

    private World World => process.World;

    public void Begin() => Take(StepMachine.Begin(command.Planned, command.Topology[key], terms, process.Running));

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
                process.Prober.Look(key, look.Within, outcome => Hear(ask, new StepEvent.Looked(outcome)));
                break;
            case StepCommand.LookBeside look:
                LookBeside(ask, look);
                break;
            case StepCommand.Prepare prepare:
                Ask(ask, prepare.Within, (server, answer) => answer(Ready(server)), isRepeated: false);
                break;
            case StepCommand.TakeBack back:
                Ask(ask, back.Within, (server, answer) => answer(TakeBack(server)), isRepeated: false);
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
                Ask(ask, kill.Within, (_, answer) => Kill(answer), isRepeated: false);
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
        foreach (var other in look.Keys)
            process.Prober.Look(other, look.Within, outcome =>
            {
                outcomes[other] = outcome;
                run.NoteLook(other);
                if (outcomes.Count == look.Keys.Length) Hear(ask, new StepEvent.LookedBeside(outcomes.ToImmutable()));
            });
    }

    private StepEvent Ready(ModelServer server)
    {
        session = server;
        return new StepEvent.Ready(Sighting.IdentityOf(server));
    }

    // Ends what waits here to close the server, and every session on which such a statement may be on its way.
    private StepEvent TakeBack(ModelServer server)
    {
        var ended = server.Closing.Count;
        foreach (var one in server.Closing.ToArray()) one.Kill();
        server.SessionsEndedAt = World.Now;
        withdrawn = (World.Now, process.Running);
        process.Fences.Withdrawn(key);
        return new StepEvent.TakenBack(ended);
    }

    private void Send(int ask, StepCommand.Send send)
    {
        if (step is Fence)
        {
            run.NoteSending(step);
            process.Fences.Send(key, send.MeantFor, Begins, isDone => Hear(ask, isDone
                ? new StepEvent.Answered()
                : new StepEvent.Failed(ProbeFailureKind.Refused, "no session to it", IsOver: true)));
            process.After(send.Within, () => Hear(ask, new StepEvent.TimeReached()));
            return;
        }
        long? notAfter = withdrawn is { } at ? at.ServerTime + (long)((send.By - at.ReadBy).Ticks / process.Rate) : null;
        var statements = Statements.Of(step, send.Seen!, World, run, notAfter, command.Topology);
        run.NoteSending(step);
        if (statements.Count == 0)
        {
            Hear(ask, new StepEvent.Answered());
            return;
        }
        if (step is SetReadOnly { ReleasesCommits: true } && World.Servers[0].Flavour.KillCutsOffAtOnce) process.After(ReleaseAfter, () => Release(ask, send.Seen!));
        SendPart(ask, step is PointTo or ForgetSource ? AfterStops(statements) : [[.. statements]], 0, process.Running + send.Within);
    }

    // What follows a stop is sent when that has ended (MySql/Stepping/StepSession).
    private static List<List<Statement>> AfterStops(IReadOnlyList<Statement> statements)
    {
        List<List<Statement>> parts = [[]];
        foreach (var statement in statements)
        {
            parts[^1].Add(statement);
            if (statement is Statement.StopBoth or Statement.StopReceiver && statement != statements[^1]) parts.Add([]);
        }
        return parts;
    }

    private void SendPart(int ask, List<List<Statement>> parts, int index, TimeSpan until)
    {
        var sentAt = World.Now;
        isPartLeft = index + 1 < parts.Count;
        Ask(ask, until - process.Running, (server, answer) =>
        {
            if (sentAt < server.SessionsEndedAt) return;
            if (index == 0) Begins(server);
            sent = new StatementRun(server, parts[index], error => answer(error.Length == 0
                ? new StepEvent.Answered()
                : new StepEvent.Failed(ProbeFailureKind.Other, error, IsOver: true, IsRefusal: true))) { IsOurs = true };
            sent.Begin();
        }, isRepeated: true, happened =>
        {
            if (happened is not StepEvent.Answered || !isPartLeft || isOver || ask != asked) return false;
            // Later its time is reached.
            if (process.Running < until && terms.AllowAt(process.Running)) SendPart(ask, parts, index + 1, until);
            return true;
        });
    }

    // Commits that wait for acknowledgements nobody gives are let through: their clients first, then semi-sync.
    private void Release(int ask, Instance seen)
    {
        if (isOver || ask != asked) return;
        World.Addresses.Ask(
            process.Place, key,
            server => new StatementRun(server, [new Statement.KillClients(), new Statement.SemiSync(false, seen.SemiSync.ReplicaEnabled, 1, 10_000)], static _ => { }) { IsOurs = true }.Begin(),
            static _ => { });
    }

    private void Wait(int ask, StepCommand.Wait wait)
    {
        var position = ((WaitUntilApplied)step).Position;
        var turn = (long)(wait.Turn.Ticks / process.Rate);
        Ask(ask, wait.Within, (server, answer) => new StatementRun(
            server, [new Statement.WaitApplied(position, turn)], error => answer(new StepEvent.TurnEnded(error.Length == 0))).Begin(), isRepeated: false);
    }

    // A STOP REPLICA that hangs does not end for a KILL: nobody answers, and its time is reached.
    private void Kill(Action<StepEvent> answer)
    {
        if (sent is null || sent.Kill()) answer(new StepEvent.Killed());
        else if (sent.IsDone) answer(isPartLeft ? new StepEvent.Killed() : new StepEvent.Answered());
    }

    private void Ask(int ask, TimeSpan within, Action<ModelServer, Action<StepEvent>> serve, bool isRepeated, Func<StepEvent, bool>? goesOn = null)
    {
        var life = process.Life;
        void Back(int place, StepEvent happened) => World.Network.Send(place, process.Place, () => process.Hear(life, () =>
        {
            if (goesOn?.Invoke(happened) != true) Hear(ask, happened);
        }));
        void Reset(int place) => Back(place, new StepEvent.Failed(ProbeFailureKind.Reset, "the connection was reset", IsOver: false));
        World.Addresses.Ask(
            process.Place, key,
            server =>
            {
                // The session leads to the server that it was opened to, or nowhere.
                if (session is not null && session != server)
                {
                    Reset(server.Place);
                    return;
                }
                server.OnReset.Add(() => Reset(server.Place));
                serve(server, happened => Back(server.Place, happened));
            },
            place => Back(place, new StepEvent.Failed(ProbeFailureKind.Refused, "nothing listens there", IsOver: true)), isRepeated);
        process.After(within, () => Hear(ask, new StepEvent.TimeReached()));
    }

    private void Begins(ModelServer server) => World.Judge.Begins(run, step, meant, server);

    private void End(StepResult result)
    {
        isOver = true;
        then(result);
    }
}
