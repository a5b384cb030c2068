using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>Statements of one session, one after the other. They take effect when the server comes to them, be it that
/// nobody waits for the answer any more.</summary>
public sealed partial class StatementRun(ModelServer server, IReadOnlyList<Statement> statements, Action<string> done)
{
    private int next;
    private bool isOver, closesNow, isStopping;

    /// <summary>Begins; the answer is empty, or the error.</summary>
    public void Begin() => server.After(Ticks.Of(0.0005), Step);

    /// <summary>Sent with the product's account; a person may do everything.</summary>
    public bool IsOurs { get; init; }

    /// <summary>It ended and did what it said.</summary>
    public bool IsDone { get; private set; }

    /// <summary>
    /// KILL: what waits ends with an error and nothing of it is done; a STOP REPLICA that hangs goes on (seen on real
    /// servers). True when it is over.
    /// </summary>
    public bool Kill()
    {
        if (isOver) return !IsDone;
        if (isStopping) return false;
        if (closesNow) server.SuperReadOnly = false;
        closesNow = false;
        server.NoteFlags();
        End("Query execution was interrupted");
        return true;
    }

    private bool IsReplicating =>
        server.Replica is { Source: not null } and not { Receiver: ReplicationThread.Stopped, Applier: ReplicationThread.Stopped };

    private void Step()
    {
        if (isOver) return;
        if (next == statements.Count)
        {
            End("");
            return;
        }
        var statement = statements[next++];
        if (IsOurs && server.Admission.WhyNot(statement) is { Length: > 0 } refused) End(refused);
        else Execute(statement);
    }

    private void Next() => server.After(Ticks.Of(0.0005), Step);

    private void End(string error)
    {
        if (isOver) return;
        isOver = true;
        IsDone = error.Length == 0;
        server.Closing.Remove(this);
        server.Source.LetHeldGoOn();
        done(error);
    }

    private void Execute(Statement statement)
    {
        var replica = server.Replica;
        if (statement is Statement.OfChannel { Name: var channel } about and not Statement.Start && OtherChannel.IsMeant(channel))
            server.Other?.Change(about);
        switch (statement)
        {
            case Statement.OfChannel { Name: OtherChannel.Name }:
                Next();
                break;
            case Statement.Close close:
                Close(close);
                break;
            case Statement.Open { NotAfter: { } until } when server.World.Now > until:
                End("it reached the server after its time, so the server did not act on it");
                break;
            case Statement.Open open:
                (server.ReadOnly, server.SuperReadOnly, server.AreFlagsSet) = (false, false, true);
                server.World.Judge.Opened(server, open);
                server.NoteFlags();
                Next();
                break;
            case Statement.StopReceiver:
                StopReceiver(Stopped);
                break;
            case Statement.StopBoth:
                StopReceiver(StopApplier);
                break;
            case Statement.Start start:
                WhenStopped(() =>
                {
                    if (start.Receiver) replica.StartReceiver();
                    if (start.Applier) replica.StartApplier();
                    Next();
                });
                break;
            case Statement.RestartReceiver:
                StopReceiver(() =>
                {
                    replica.StartReceiver();
                    Stopped();
                });
                break;
            default:
                ExecuteRest(statement);
                break;
        }
    }

    private void ExecuteRest(Statement statement)
    {
        var replica = server.Replica;
        switch (statement)
        {
            case Statement.ChangeSource { KeepsRelayLog: var keeps } when keeps ? replica.Receiver != ReplicationThread.Stopped : IsReplicating:
                End(server.Flavour.ErrorOfRunningReplication);
                break;
            case Statement.ChangeSource change:
                if (!change.KeepsRelayLog || replica.Applier == ReplicationThread.Stopped) replica.ClearRelayLog();
                replica.SetSource(change.To, change.Address);
                server.Flavour.BeginsAtCurrentPosition = change.FromCurrent;
                Next();
                break;
            case Statement.ResetAll when IsReplicating:
                End(server.Flavour.ErrorOfRunningReplication);
                break;
            case Statement.ResetAll:
                replica.Forget();
                Next();
                break;
            case Statement.BeginAtOwnLog when !server.Flavour.BeginAtOwnLog():
                End(server.Flavour.ErrorOfRunningReplication);
                break;
            case Statement.BeginAtOwnLog:
                Next();
                break;
            case Statement.SemiSync set:
                replica.SetAcknowledging(set.AsReplica);
                server.Source.SetSemiSync(set.AsSource, set.WaitFor, set.TimeoutMilliseconds);
                Next();
                break;
            case Statement.Events set:
                server.Source.Write(Author.Us, (one, _) => SetEvents(one, set), set.Names);
                break;
            case Statement.WaitApplied wait:
                WaitApplied(wait, server.World.Now + wait.Turn);
                break;
            case Statement.KillClosing:
                foreach (var one in server.Closing.ToArray()) one.Kill();
                Next();
                break;
            case Statement.KillClients:
                server.Source.DropClients();
                Next();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(statement), statement, "no such statement");
        }
    }

    private void SetEvents(Transaction? one, Statement.Events set)
    {
        if (one is not null) server.Events = server.Events?.With(set.Names, set.State);
        if (one is null) End("The server is running with the --super-read-only option (1290)");
        else Next();
    }

    private void WaitApplied(Statement.WaitApplied wait, long end)
    {
        if (isOver) return;
        if (server.Flavour.HasApplied(wait.Position)) End("");
        else if (server.World.Now >= end) End("timeout");
        else server.After(Ticks.Of(0.01), () => WaitApplied(wait, end));
    }
}
