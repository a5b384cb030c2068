using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>
/// Carries out what the step machine asks for, on one session, and says what came of it. It decides nothing. Disposing
/// it gives the session back, or gives it up when its statement has not ended.
/// </summary>
internal sealed class StepSession(
    ServerSessions server, InstanceProbe probe, PlannedStep planned, Topology topology, StepTerms terms) : IDisposable
{
    // The connector's own limit comes after ours, so that a statement we gave up can still be heard to end.
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan KnownToWorkFor = TimeSpan.FromSeconds(2);

    private static readonly Task NothingSent = Task.CompletedTask;

    private Session? session;
    private Task statement = NothingSent;
    private Withdrawn? withdrawn;
    private volatile bool isGivenUp;

    private TimeSpan Now => server.Time.GetElapsedTime(0);

    /// <summary>Never throws for what a server or network does.</summary>
    public async Task<StepEvent> CarryOutAsync(StepCommand command, CancellationToken cancel)
    {
        try
        {
            return command switch
            {
                StepCommand.Send send => await SendAsync(send, cancel),
                StepCommand.Look look => await LookAsync(look, cancel),
                StepCommand.LookBeside look => await LookBesideAsync(look, cancel),
                StepCommand.Prepare prepare => await PrepareAsync(prepare.Within, cancel),
                StepCommand.TakeBack back => await TakeBackAsync(back.Within, cancel),
                StepCommand.Wait wait => await WaitAsync((WaitUntilApplied)planned.Step, wait, cancel),
                StepCommand.Pause pause => await PauseAsync(pause.Time, cancel),
                StepCommand.Kill kill => await KillAsync(kill.Within),
                _ => throw new ArgumentOutOfRangeException(nameof(command), command, "no such command"),
            };
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new StepEvent.StopAsked();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return FailureOf(e);
        }
    }

    /// <summary>
    /// Walks the way of a step that opens the server: a session, what waits there, a statement and its answer. It
    /// changes nothing. Throws what a server or network does.
    /// </summary>
    /// <param name="endsIdle">The server is going to be opened: idle sessions of other processes are ended.</param>
    public async Task PractiseAsync(TimeSpan within, CancellationToken cancel, bool endsIdle = false)
    {
        await PrepareAsync(within, cancel, isPractice: true);
        if (endsIdle) await new FenceWithdrawal(server, session!).EndIdleAsync(within, cancel);
        await TakeBackAsync(within, cancel, isPractice: true);
        statement = session!.Send("SELECT 1 AS in_time", QueryResult.ReadAsync, within + Longer);
        await statement.WaitAsync(within, server.Time, cancel);
    }

    public void Dispose()
    {
        isGivenUp = true;
        if (session is null) return;
        if (!statement.IsCompleted) session.Abandon(statement);
        // The GTID of a transaction that failed would be the next one's.
        else if (statement.IsFaulted && planned.Step is SkipTransactions) session.Close();
        else server.Working.Return(session);
    }

    // Nothing is awaited before the statement is written: what the machine has just checked still holds.
    private async Task<StepEvent> SendAsync(StepCommand.Send send, CancellationToken cancel)
    {
        if (planned.Step is Fence)
            return await server.Fence.SendAsync(send.MeantFor, send.Within, () => terms.AllowAt(Now), cancel)
                ? new StepEvent.Answered()
                : new StepEvent.TimeReached();
        var limit = new Countdown(server.Time, send.Within);
        var isTooLate = false;
        var words = server.Memory.SemiSyncWords;
        if (planned.Step is SetWritable && withdrawn is { } at)
        {
            var sql = StepStatements.Writable(send.Seen!, at.ServerTime + (send.By - at.ReadBy));
            statement = session!.Send(sql, async reader => isTooLate = (await QueryResult.ReadAsync(reader)).First?.Flag("in_time") != true, send.Within + Longer);
        }
        else if (planned.Step is SetEvents events)
        {
            statement = new EventSwitch(server, session!, events, () => Left(limit)).RunAsync();
        }
        else
        {
            var statements = StepStatements.Of(planned.Step, send.Seen!, topology, server.Options, words);
            if (statements.Count == 0) return new StepEvent.Answered();
            statement = planned.Step switch
            {
                PointTo or ForgetSource =>
                    SendAfterStopsAsync([.. statements.Select(s => s.Text)], send.Within, limit),
                StopReceiving stop when WholeTransactions.MayBeNeeded(stop, send.Seen!) =>
                    new WholeTransactions(server, session!, stop, send.Seen!)
                        .StopAsync(statements, () => Wanted(limit)),
                _ => session!.Send(string.Join(";\n", statements.Select(s => s.Text)), send.Within + Longer),
            };
        }
        var says = await HelpAsync(send.Seen, () => Left(limit), cancel);
        await statement.WaitAsync(limit.Left, server.Time, cancel);
        if (statement is Task<string> more) says = await more;
        return isTooLate
            ? Failed("it reached the server after its time, so the server did not act on it") with { IsRefusal = true }
            : new StepEvent.Answered(says);
    }

    // What follows a stop is sent when that has ended in time: a stop may hang while the receiver goes on, and what the
    // server has acknowledged by its end would be thrown away with the relay log (S4, S6).
    private async Task SendAfterStopsAsync(string[] statements, TimeSpan within, Countdown limit)
    {
        for (var from = 0; from < statements.Length;)
        {
            if (from > 0) _ = Wanted(limit);
            var stop = Array.FindIndex(statements, from, s => s.StartsWith("STOP ", StringComparison.Ordinal));
            var until = stop < 0 ? statements.Length : stop + 1;
            await session!.Send(string.Join(";\n", statements[from..until]), within + Longer);
            from = until;
        }
    }

    // Some statements wait at the server for what does not come.
    private Task<string> HelpAsync(Instance? seen, Func<TimeSpan> left, CancellationToken cancel) => planned.Step switch
    {
        _ when seen is null => Task.FromResult(""),
        SetReadOnly close when CommitRelease.MayBeNeeded(close, seen) =>
            CommitRelease.LetThroughAsync(server, statement, left, cancel),
        _ when ApplierRelease.MayBeNeeded(planned.Step, seen) =>
            ApplierRelease.LetGoAsync(server, session!, statement, left, cancel),
        _ => Task.FromResult(""),
    };

    private TimeSpan Wanted(Countdown limit) => isGivenUp ? throw new OperationCanceledException() : Left(limit);

    private TimeSpan Left(Countdown limit) =>
        terms.AllowAt(Now) ? limit.Left : throw new InvalidOperationException(StepMachine.LeaseGone);

    private async Task<StepEvent> LookAsync(StepCommand.Look look, CancellationToken cancel)
    {
        return new StepEvent.Looked(await probe.ProbeAsync(server.Key, look.Within, cancel));
    }

    private async Task<StepEvent> LookBesideAsync(StepCommand.LookBeside look, CancellationToken cancel)
    {
        var looks = look.Keys.Select(async key => KeyValuePair.Create(
            key, await probe.ProbeAsync(key, look.Within, cancel)));
        return new StepEvent.LookedBeside((await Task.WhenAll(looks)).ToImmutableDictionary());
    }

    // An idle session may have been closed unnoticed; the look has just shown that the server is there. One that was
    // used a moment ago is not asked again: a switch waits for its siblings before it blocks writes, and the question
    // would then be a part of the block.
    private async Task<StepEvent> PrepareAsync(TimeSpan within, CancellationToken cancel, bool isPractice = false)
    {
        if (session is not null) return new StepEvent.Ready(await session.IdentityAsync(within, cancel));
        var (limit, idleFor) = (new Countdown(server.Time, within), server.Working.IdleFor);
        var (taken, wasOpen) = await server.Working.TakeAsync(limit.Left, cancel);
        try
        {
            if (wasOpen && (isPractice || idleFor > KnownToWorkFor))
                await taken.ExecuteAsync("DO 0", limit.Left, cancel);
        }
        catch (MySqlConnector.MySqlException e) when (!ProbeFailureClassifier.IsTimeout(e))
        {
            taken.Close();
            taken = await server.Working.OpenAsync(limit.Left, cancel);
        }
        session = taken;
        return new StepEvent.Ready(await taken.IdentityAsync(limit.Left, cancel));
    }

    private async Task<StepEvent> TakeBackAsync(TimeSpan within, CancellationToken cancel, bool isPractice = false)
    {
        try
        {
            withdrawn = await new FenceWithdrawal(server, session!).RunAsync(within, cancel, isPractice);
            return new StepEvent.TakenBack(withdrawn.Ended);
        }
        catch (TimeoutException)
        {
            return Failed("what waits at the server to close it has not ended in time") with
            {
                Kind = ProbeFailureKind.TimedOut,
            };
        }
    }

    private async Task<StepEvent> WaitAsync(WaitUntilApplied wait, StepCommand.Wait turn, CancellationToken cancel)
    {
        var sql = StepStatements.Wait(wait.Position, turn.Turn);
        var isReached = await session!.QueryAsync(
            sql, async reader => await reader.ReadAsync() && !reader.IsDBNull(0)
                && reader.GetInt64(0) == 0, turn.Within, cancel);
        return new StepEvent.TurnEnded(isReached);
    }

    private async Task<StepEvent> PauseAsync(TimeSpan pause, CancellationToken cancel)
    {
        await Task.Delay(pause, server.Time, cancel);
        return new StepEvent.TurnEnded(IsReached: false);
    }

    private async Task<StepEvent> KillAsync(TimeSpan within)
    {
        var because = await server.KillAsync(session!.ServerThread, within);
        if (statement.IsCompletedSuccessfully) return new StepEvent.Answered();
        if (!statement.IsCompleted && because is not null) return new StepEvent.NotKilled(because);
        session.Abandon(statement);
        return new StepEvent.Killed();
    }

    private StepEvent.Failed Failed(string says) =>
        new(ProbeFailureKind.Other, says, IsOver: statement.IsCompleted, IsRefusal: statement == NothingSent);

    // Killed on the way, or going down, it has not refused.
    private static bool SaysNo(ProbeFailureKind kind) =>
        kind is ProbeFailureKind.AuthenticationDenied or ProbeFailureKind.TooManyConnections or ProbeFailureKind.Other;

    private StepEvent FailureOf(Exception e)
    {
        if (e is TimeoutException) return new StepEvent.TimeReached();
        if (e is InvalidOperationException and not ObjectDisposedException) return Failed(e.Message);
        var failed = ProbeFailureClassifier.Of(e, wasOpen: true);
        if (failed.Kind == ProbeFailureKind.TimedOut) return new StepEvent.TimeReached();
        var isAnswer = ProbeFailureClassifier.IsServerAnswer(e);
        return new StepEvent.Failed(failed.Kind, failed.Says, isAnswer, isAnswer && SaysNo(failed.Kind));
    }
}
