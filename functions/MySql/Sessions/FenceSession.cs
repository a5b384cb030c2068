using MySqlConnector;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>
/// Idle sessions kept open for one purpose: to have a way in when the server hangs. A statement sent on one lies in the
/// server's socket buffer and runs the moment the server does, so it is never closed for want of an answer. Where the
/// fence also disconnects clients there are two: the server spins until every client's thread has noticed
/// (vio_shutdown; 0 to 150 ms on a busy machine), so another session blocks writes meanwhile.
/// </summary>
internal sealed class FenceSession(ServerSessions server)
{
    // Both sessions wake together; disconnecting first would hold the lock on global variables that blocking needs.
    private const string HeadStart = "DO SLEEP(0.01)";

    private readonly SessionSlot slot = new(server.Key, server.SessionOpener, acts: true);
    private readonly SessionSlot blockingSlot = new(server.Key, server.SessionOpener, acts: true);
    private volatile string statement = "";
    private volatile Task pending = Task.CompletedTask;

    /// <summary>An earlier fence is still unanswered.</summary>
    public bool IsPending => !pending.IsCompleted;

    /// <summary>Sessions that can be had for a moment when nothing else can.</summary>
    public IReadOnlyList<SessionSlot> Spares => [blockingSlot, slot];

    /// <summary>
    /// Opens the session and learns which fence the server and our account allow, while there is time for it.
    /// </summary>
    public async Task WarmAsync(TimeSpan timeout, CancellationToken cancel)
    {
        if (IsPending) return;
        var limit = new Countdown(server.Time, timeout);
        if (!await IsWarmAsync(slot, timeout, cancel))
        {
            var fresh = await slot.OpenAsync(limit.Left, cancel);
            try
            {
                statement = await ChooseAsync(fresh, limit, cancel);
            }
            finally
            {
                slot.Return(fresh);
            }
        }
        if (Disconnects && !await IsWarmAsync(blockingSlot, timeout, cancel))
            blockingSlot.Return(await blockingSlot.OpenAsync(limit.Left, cancel));
    }

    private bool Disconnects => statement == StepStatements.DisconnectingFence;

    /// <summary>
    /// Sends the fence. True: the server answered that it is fenced; false: the statement is queued there. Throws when
    /// no session could be had, the server refused, or another server answers.
    /// </summary>
    /// <param name="meantFor">
    /// What tells the server from all others (<see cref="Core.Model.ServerIdentity.LastingOf"/>); empty where that is
    /// not known.
    /// </param>
    /// <param name="maySend">Asked right before anything is sent, because opening a session may take its time.</param>
    public async Task<bool> SendAsync(string meantFor, TimeSpan timeout, Func<bool> maySend, CancellationToken cancel)
    {
        if (IsPending) return await IsDoneWithinAsync(pending, timeout, cancel);
        var limit = new Countdown(server.Time, timeout);
        if (slot.TakeIdle() is { } warm)
            try
            {
                return await SendOnAsync(warm, meantFor, limit, maySend, cancel);
            }
            catch (Exception e) when (
                !ProbeFailureClassifier.IsServerAnswer(e) && e is not OperationCanceledException && !warm.IsUsable)
            {
                // It had been closed unnoticed; a fresh one tells whether the server is there.
            }
        var fresh = await slot.OpenAsync(limit.Left, cancel);
        statement = await ChooseAsync(fresh, limit, cancel);
        return await SendOnAsync(fresh, meantFor, limit, maySend, cancel);
    }

    /// <summary>Waits until a pending fence has ended, however it ended.</summary>
    public async Task EndAsync(TimeSpan timeout, CancellationToken cancel)
    {
        var ending = pending;
        if (await Task.WhenAny(ending, Task.Delay(timeout, server.Time, cancel)) != ending)
            throw new TimeoutException();
    }

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

    private async Task<bool> SendOnAsync(
        Session session, string meantFor, Countdown limit, Func<bool> maySend, CancellationToken cancel)
    {
        await RefuseAnotherAsync(session, meantFor, limit, cancel);
        var timeout = limit.Left;
        if (!maySend())
        {
            slot.Return(session);
            throw new InvalidOperationException(StepMachine.LeaseGone);
        }
        var blocking = Task.CompletedTask;
        var fence = statement.Length > 0 ? statement : StepStatements.PlainFence(superReadOnly: true);
        if (Disconnects && blockingSlot.TakeIdle() is { } first)
        {
            blocking =
                ReturnAfterAsync(first.Send(StepStatements.BlockingFence, StepMachine.QueuedFor), first, blockingSlot);
            fence = $"{HeadStart};\n{fence}";
        }
        var answer = session.Send(fence, StepMachine.QueuedFor);
        _ = ReturnAfterAsync(answer, session, slot);
        pending = BothAsync(answer, blocking);
        return await IsDoneWithinAsync(pending, timeout, cancel);
    }

    // Ends when both have, as the fence itself ended.
    private static async Task BothAsync(Task answer, Task blocking)
    {
        await Task.WhenAny(answer);
        await blocking;
        await answer;
    }

    // Another server may listen at the address by now, and where one hangs the fence would wait in its session. What
    // leads to the server that it is meant for was asked when the session was opened.
    private async Task RefuseAnotherAsync(Session session, string meantFor, Countdown limit, CancellationToken cancel)
    {
        if (meantFor.Length == 0) return;
        var there = await session.IdentityAsync(limit.Left, cancel);
        if (there.Length == 0 || there == meantFor) return;
        slot.Return(session);
        throw new InvalidOperationException($"not sent, because another server answers at {server.Key}");
    }

    private async Task<string> ChooseAsync(Session session, Countdown limit, CancellationToken cancel)
    {
        await session.IdentityAsync(limit.Left, cancel);
        var features = await server.FeaturesAsync(session, limit.Left, cancel);
        if (!features.HasOfflineMode) return StepStatements.PlainFence(features.HasSuperReadOnly);
        try
        {
            // Changes nothing, but is refused without the privilege to.
            await session.ExecuteAsync("SET GLOBAL offline_mode=@@GLOBAL.offline_mode", limit.Left, cancel);
            return StepStatements.DisconnectingFence;
        }
        catch (Exception e) when (ProbeFailureClassifier.IsServerAnswer(e))
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

    private async Task<bool> IsDoneWithinAsync(Task answer, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            await answer.WaitAsync(timeout, server.Time, cancel);
            return true;
        }
        catch (TimeoutException) when (!answer.IsFaulted)
        {
            return false;
        }
    }
}
