using System.Diagnostics;
using MySqlConnector;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Stepping;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>
/// Idle sessions kept open for one purpose: to have a way in when the server hangs. A statement sent on one lies in the server's socket
/// buffer and runs the moment the server does, so it is never closed for want of an answer. Where the fence also disconnects clients
/// there are two: the server spins until every client's thread has noticed (vio_shutdown; 0 to 150 ms on a busy machine), so another session
/// blocks writes meanwhile.
/// </summary>
internal sealed class FenceSession(ServerSessions server)
{
    /// <summary>How long an unanswered fence is kept queued.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    // Both sessions wake together; disconnecting first would hold the lock on global variables that blocking needs.
    private const string HeadStart = "DO SLEEP(0.01)";

    private readonly SessionSlot slot = new(server.Key, server.Dialer), blockingSlot = new(server.Key, server.Dialer);
    private volatile string statement = "";
    private volatile Task pending = Task.CompletedTask;

    /// <summary>An earlier fence is still unanswered.</summary>
    public bool IsPending => !pending.IsCompleted;

    /// <summary>Opens the session and learns which fence the server and our account allow, while there is time for it.</summary>
    public async Task WarmAsync(TimeSpan timeout, CancellationToken cancel)
    {
        if (IsPending) return;
        var clock = Stopwatch.StartNew();
        if (!await IsWarmAsync(slot, timeout, cancel))
        {
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
        if (Disconnects && !await IsWarmAsync(blockingSlot, timeout, cancel))
            blockingSlot.Return(await server.Dialer.OpenAsync(server.Key, Remaining(timeout, clock), cancel));
    }

    private bool Disconnects => statement == StepStatements.DisconnectingFence;

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

    public void Close()
    {
        slot.Close();
        blockingSlot.Close();
    }

    // The kernel keeps an idle connection alive; a server that was restarted has dropped it.
    private static async Task<bool> IsWarmAsync(SessionSlot slot, TimeSpan timeout, CancellationToken cancel)
    {
        if (slot.TakeIdle() is not { } idle) return false;
        try
        {
            await idle.ExecuteAsync("DO 0", timeout, cancel);
            slot.Return(idle);
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
        var blocking = Task.CompletedTask;
        var fence = statement.Length > 0 ? statement : StepStatements.PlainFence(superReadOnly: true);
        if (Disconnects && blockingSlot.TakeIdle() is { } first)
        {
            blocking = ReturnAfterAsync(first.Send(StepStatements.BlockingFence, Patience), first, blockingSlot);
            fence = $"{HeadStart};\n{fence}";
        }
        var answer = session.Send(fence, Patience);
        _ = ReturnAfterAsync(answer, session, slot);
        pending = answer.ContinueWith(async both => { await blocking; await both; }, TaskScheduler.Default).Unwrap();
        return await IsDoneWithinAsync(pending, timeout, cancel);
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

    private static async Task ReturnAfterAsync(Task answer, Session session, SessionSlot slot)
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
