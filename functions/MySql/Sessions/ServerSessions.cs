using System.Collections.Immutable;
using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>
/// Everything held open to one server and remembered of it: probing, working and fencing never wait for each other.
/// </summary>
internal sealed class ServerSessions
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);

    private volatile Asked? asked;
    private volatile Met? met;

    public ServerSessions(InstanceKey key, SessionOpener dialer)
    {
        Key = key;
        SessionOpener = dialer;
        Probing = new SessionSlot(key, dialer);
        Working = new SessionSlot(key, dialer, acts: true);
        Fence = new FenceSession(this);
    }

    public InstanceKey Key { get; }

    public SessionOpener SessionOpener { get; }

    public TimeProvider Time => SessionOpener.Time;

    /// <summary>A reading of the clock that only goes forward.</summary>
    public long Milliseconds => (long)Time.GetElapsedTime(0).TotalMilliseconds;

    public MySqlOptions Options => SessionOpener.Options;

    public SessionSlot Probing { get; }

    public SessionSlot Working { get; }

    public FenceSession Fence { get; }

    public ProbeMemory Memory { get; } = new();

    /// <summary>What the server at the other end understands; asked once for every version met.</summary>
    public async Task<ServerFeatures> FeaturesAsync(Session session, TimeSpan timeout, CancellationToken cancel)
    {
        var greeting = session.Greeting;
        if (met is { } before && before.Greeting == greeting) return before.Features;
        var version = await session.QueryAsync("SELECT @@version, @@version_comment", async reader =>
        {
            await reader.ReadAsync();
            return Read(reader.GetString(0), reader.GetString(1));
        }, timeout, cancel);
        var features = ServerFeatures.Of(version);
        met = new Met(greeting, features);
        return features;
    }

    private static ServerVersion Read(string version, string comment)
    {
        try
        {
            return ServerVersion.Parse(version, comment);
        }
        catch (FormatException e)
        {
            throw UnsupportedServerException.Unreadable(version, comment, e);
        }
    }

    public ImmutableArray<ProbeQuestion> Questions(ServerFeatures features, ProbeDepth depth)
    {
        var known = asked;
        if (known is null || known.Features != features)
            asked = known = new Asked(
                features, [.. Enum.GetValues<ProbeDepth>().Select(d => ProbeQuestions.Of(features, Options, d))]);
        return known.ByDepth[(int)depth];
    }

    /// <summary>
    /// Ends one of our own sessions from outside. Null when it has ended, else why that is not certain; never throws.
    /// </summary>
    public async Task<string?> KillAsync(int thread, TimeSpan within)
    {
        var isTold = false;
        try
        {
            return await BesideAsync(async (beside, limit) =>
            {
                isTold = await TellToEndAsync(beside, $"{thread}", limit.Left);
                while (isTold && await IsThereAsync(beside, thread, limit.Left)) await Task.Delay(Breath, Time);
                return (string?)null;
            }, within, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (isTold) return "it was told to end and has not ended";
            var failed = ProbeFailureClassifier.Of(e, wasOpen: true);
            // Where nothing listens the server's process is gone, and all of its sessions with it.
            return failed.Kind == ProbeFailureKind.Refused ? null : $"it could not be told to end ({failed.Says})";
        }
    }

    /// <summary>
    /// Does something on a session that is none of a step's: the probe's idle one, because a server whose connections
    /// are all taken gives no new one. Where it does, a new one; else those kept for the fence.
    /// </summary>
    public async Task<T> BesideAsync<T>(
        Func<Session, Countdown, Task<T>> act, TimeSpan within, CancellationToken cancel)
    {
        var limit = new Countdown(Time, within);
        if (Probing.TakeIdle() is { } idle && await TryOnAsync(Probing, idle, act, limit) is (true, var done))
            return done!;
        try
        {
            var fresh = await SessionOpener.OpenAsync(Key, limit.Left, cancel);
            return (await TryOnAsync(null, fresh, act, limit, mustWork: true)).Result!;
        }
        catch (MySqlException e) when (
            ProbeFailureClassifier.Of(e, wasOpen: false).Kind == ProbeFailureKind.TooManyConnections)
        {
            foreach (var slot in Fence.Spares.Prepend(Probing))
                if (slot.TakeIdle() is { } spare && await TryOnAsync(slot, spare, act, limit) is (true, var result))
                    return result!;
            throw;
        }
    }

    /// <summary>Whether a session was there to be told.</summary>
    public static async Task<bool> TellToEndAsync(Session by, string thread, TimeSpan within)
    {
        try
        {
            await by.ExecuteAsync($"KILL {thread}", within, CancellationToken.None);
            return true;
        }
        catch (MySqlException e) when ((int)e.ErrorCode == 1094)
        {
            return false; // gone by itself
        }
    }

    public void Close()
    {
        Probing.Close();
        Working.Close();
        Fence.Close();
    }

    private static async Task<bool> IsThereAsync(Session by, int thread, TimeSpan within) => await by.QueryAsync(
        $"SELECT 1 FROM information_schema.processlist WHERE id={thread}", reader => reader.ReadAsync(), within,
        CancellationToken.None);

    // An idle session may have been closed unnoticed.
    private static async Task<(bool IsDone, T? Result)> TryOnAsync<T>(
        SessionSlot? slot, Session session, Func<Session, Countdown, Task<T>> act, Countdown limit, bool mustWork = false)
    {
        try
        {
            return (true, await act(session, limit));
        }
        catch (MySqlException e) when (
            !mustWork && !ProbeFailureClassifier.IsServerAnswer(e) && !ProbeFailureClassifier.IsTimeout(e))
        {
            session.Close();
            return (false, default);
        }
        finally
        {
            if (slot is null) session.Close();
            else slot.Return(session);
        }
    }

    private sealed record Met(string Greeting, ServerFeatures Features);

    private sealed record Asked(ServerFeatures Features, ImmutableArray<ImmutableArray<ProbeQuestion>> ByDepth);
}
