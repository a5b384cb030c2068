using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>
/// Keeps at most one idle session to a server. Callers may overlap: who finds none opens another, and the last to
/// return closes his.
/// </summary>
/// <param name="acts">Statements that change something go out on it.</param>
internal sealed class SessionSlot(InstanceKey key, SessionOpener dialer, bool acts = false)
{
    private Session? idle;
    private long returnedAt;
    private volatile bool isClosed;

    /// <summary>For how long the idle session has not been used.</summary>
    public TimeSpan IdleFor => dialer.Time.GetElapsedTime(Volatile.Read(ref returnedAt));

    /// <summary>An open session, with whether it was open already.</summary>
    public async Task<(Session Session, bool WasOpen)> TakeAsync(TimeSpan timeout, CancellationToken cancel) =>
        TakeIdle() is { } open ? (open, true) : (await OpenAsync(timeout, cancel), false);

    /// <summary>Another session of this kind.</summary>
    public Task<Session> OpenAsync(TimeSpan timeout, CancellationToken cancel) =>
        dialer.OpenAsync(key, timeout, cancel, acts);

    /// <summary>The server's number for the idle session; null when there is none.</summary>
    public int? IdleThread => Volatile.Read(ref idle)?.ServerThread;

    public Session? TakeIdle()
    {
        var open = Interlocked.Exchange(ref idle, null);
        if (open is null || open.IsUsable) return open;
        open.Close();
        return null;
    }

    public void Return(Session session)
    {
        if (!session.IsUsable) session.Close();
        else Interlocked.Exchange(ref idle, session)?.Close();
        Volatile.Write(ref returnedAt, dialer.Time.GetTimestamp());
        if (isClosed) Interlocked.Exchange(ref idle, null)?.Close();
    }

    public void Close()
    {
        isClosed = true;
        Interlocked.Exchange(ref idle, null)?.Close();
    }
}
