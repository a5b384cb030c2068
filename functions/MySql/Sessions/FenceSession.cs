using System.Diagnostics;
using MySqlConnector;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Stepping;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>
/// An idle session kept open for one purpose: to have a way in when the server hangs. A statement sent on it lies in the server's socket
/// buffer and runs the moment the server does, so it is never closed for want of an answer.
/// </summary>
internal sealed class FenceSession(ServerSessions server)
{
    /// <summary>How long an unanswered fence is kept queued.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly SessionSlot slot = new(server.Key, server.Dialer);
    private volatile string statement = "";
    private volatile Task pending = Task.CompletedTask;

    /// <summary>An earlier fence is still unanswered.</summary>
    public bool IsPending => !pending.IsCompleted;

    /// <summary>Opens the session and learns which fence the server and our account allow, while there is time for it.</summary>
    public async Task WarmAsync(TimeSpan timeout, CancellationToken cancel)
    {
        if (IsPending) return;
        var clock = Stopwatch.StartNew();
        if (slot.TakeIdle() is { } idle && await IsAliveAsync(idle, timeout, cancel))
        {
            slot.Return(idle);
            return;
        }
        var fresh = await server.Dialer.OpenAsync(server.Key, Remaining(timeout, clock), cancel);
        try
        {
            statement = await ChooseAsync(fresh, Remaining(timeout, clock), cancel);
        }
        finally
        {
            slot.Return(fresh);
        }
    }

    /// <summary>
    /// Sends the fence. True: the server answered that it is fenced; false: the statement is queued there. Throws when no session could
    /// be had or the server refused.
    /// </summary>
    public async Task<bool> SendAsync(TimeSpan timeout, CancellationToken cancel)
    {
        if (IsPending) return await IsDoneWithinAsync(pending, timeout, cancel);
        var clock = Stopwatch.StartNew();
        if (slot.TakeIdle() is { } warm)
            try
            {
                return await SendOnAsync(warm, timeout, cancel);
            }
            catch (Exception e) when (!ErrorKinds.IsServerAnswer(e) && e is not OperationCanceledException && !warm.IsUsable)
            {
                // It had been closed unnoticed; a fresh one tells whether the server is there.
            }
        var fresh = await server.Dialer.OpenAsync(server.Key, Remaining(timeout, clock), cancel);
        statement = await ChooseAsync(fresh, Remaining(timeout, clock), cancel);
        return await SendOnAsync(fresh, Remaining(timeout, clock), cancel);
    }

    /// <summary>Waits until a pending fence has ended, however it ended.</summary>
    public async Task EndAsync(TimeSpan timeout, CancellationToken cancel) =>
        await pending.ContinueWith(static _ => { }, cancel, TaskContinuationOptions.None, TaskScheduler.Default).WaitAsync(timeout, cancel);

    public void Close() => slot.Close();

    // The kernel keeps an idle connection alive; a server that was restarted has dropped it.
    private static async Task<bool> IsAliveAsync(Session idle, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            await idle.ExecuteAsync("DO 0", timeout, cancel);
            return true;
        }
        catch (MySqlException)
        {
            idle.Close();
            return false;
        }
    }

    private async Task<bool> SendOnAsync(Session session, TimeSpan timeout, CancellationToken cancel)
    {
        var answer = session.Send(statement.Length > 0 ? statement : StepStatements.PlainFence(superReadOnly: true), Patience);
        pending = answer;
        _ = ReturnAfterAsync(answer, session);
        return await IsDoneWithinAsync(answer, timeout, cancel);
    }

    private async Task<string> ChooseAsync(Session session, TimeSpan timeout, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var features = await server.FeaturesAsync(session, timeout, cancel);
        if (!features.HasOfflineMode) return StepStatements.PlainFence(features.HasSuperReadOnly);
        try
        {
            // Changes nothing, but is refused without the privilege to.
            await session.ExecuteAsync("SET GLOBAL offline_mode=@@GLOBAL.offline_mode", Remaining(timeout, clock), cancel);
            return StepStatements.DisconnectingFence;
        }
        catch (Exception e) when (ErrorKinds.IsServerAnswer(e))
        {
            return StepStatements.PlainFence(features.HasSuperReadOnly);
        }
    }

    private async Task ReturnAfterAsync(Task answer, Session session)
    {
        try
        {
            await answer;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The sender has been told, or had stopped waiting; the next probe sees what became of it.
        }
        slot.Return(session);
    }

    private static async Task<bool> IsDoneWithinAsync(Task answer, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            await answer.WaitAsync(timeout, cancel);
            return true;
        }
        catch (TimeoutException) when (!answer.IsFaulted)
        {
            return false;
        }
    }

    private static TimeSpan Remaining(TimeSpan timeout, Stopwatch clock)
    {
        var left = timeout - clock.Elapsed;
        return left > TimeSpan.Zero ? left : throw new TimeoutException();
    }
}
