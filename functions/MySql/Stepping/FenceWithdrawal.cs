using System.Globalization;
using MySqlConnector;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>What came of a withdrawal.</summary>
/// <param name="Ended">How many statements and sessions were ended.</param>
/// <param name="ServerTime">The server's clock, UTC.</param>
/// <param name="ReadBy">The process's monotonic clock when it had been read.</param>
internal sealed record Withdrawn(int Ended, DateTime ServerTime, TimeSpan ReadBy);

/// <summary>
/// Ends whatever of ours could close a server after it was opened: fences and other closing statements that wait at it,
/// and the idle sessions of other processes on which one may still be on its way: what arrives there later is thrown
/// away by the server. It goes out on the session that then opens the server, so it needs no new connection. A killed
/// fence leaves super_read_only as it was, and offline_mode on, which is undone here.
/// </summary>
internal sealed class FenceWithdrawal(ServerSessions server, Session session)
{
    private const string IsClosing =
        "(info LIKE 'SET GLOBAL%super\\_read\\_only=ON%' OR info LIKE 'SET GLOBAL read\\_only=ON%')";

    // A fence begins with a short sleep; sessions that are held sleep too, but have no schema.
    private const string MayCarryOne =
        $"(db='{SessionOpener.ActingSchema}' AND (command='Sleep' OR info LIKE 'DO SLEEP%'))";

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(2);

    /// <param name="isPractice">What is found is left alone.</param>
    public async Task<Withdrawn> RunAsync(TimeSpan within, CancellationToken cancel, bool isPractice = false)
    {
        var limit = new Countdown(server.Time, within);
        var features = await server.FeaturesAsync(session, limit.Left, cancel);
        var found = await FindAsync(limit, cancel);
        if (isPractice) return new Withdrawn(0, found.Clock, found.ReadBy);
        var wasClosing = found.Waiting.Exists(w => w.IsClosing);
        foreach (var waiting in found.Waiting) await ServerSessions.TellToEndAsync(session, waiting.Thread, limit.Left);
        if (wasClosing || server.Fence.IsPending) await server.Fence.EndAsync(limit.Left, cancel);
        await UntilGoneAsync(found, limit, cancel);
        if (wasClosing && features.HasOfflineMode)
            await session.ExecuteAsync("SET GLOBAL offline_mode=OFF", limit.Left, cancel);
        return new Withdrawn(found.Waiting.Count, found.Clock, found.ReadBy);
    }

    /// <summary>
    /// Ends idle sessions of other processes alone, long before the server is opened, so that none is left to be ended
    /// while nobody can write. What waits to close the server stays.
    /// </summary>
    public async Task EndIdleAsync(TimeSpan within, CancellationToken cancel)
    {
        var limit = new Countdown(server.Time, within);
        var found = await FindAsync(limit, cancel);
        found.Waiting.RemoveAll(w => !w.IsIdle);
        foreach (var idle in found.Waiting) await ServerSessions.TellToEndAsync(session, idle.Thread, limit.Left);
        await UntilGoneAsync(found, limit, cancel);
    }

    // Others may come meanwhile: they were opened by somebody who sees the server as it is now.
    private async Task UntilGoneAsync(Found found, Countdown limit, CancellationToken cancel)
    {
        while (found.Waiting.Count > 0 && (await FindAsync(limit, cancel)).HasAnyOf(found))
            await Task.Delay(Breath, server.Time, cancel);
    }

    private async Task<Found> FindAsync(Countdown limit, CancellationToken cancel)
    {
        // Idle sessions of this process carry nothing, or we would know.
        var ours = server.Fence.Spares.Append(server.Working).Where(s => s.IdleThread is not null)
            .Select(s => $"{s.IdleThread}").Append($"{session.ServerThread}");
        var sql =
            $"SELECT CAST(UTC_TIMESTAMP(6) AS CHAR); SELECT id, {IsClosing} AS closing, command='Sleep' AS idle " +
            "FROM information_schema.processlist " +
            "WHERE user=SUBSTRING_INDEX(CURRENT_USER(),'@',1) " +
            $"AND id NOT IN ({string.Join(',', ours)}) AND ({IsClosing} OR {MayCarryOne})";
        return await session.QueryAsync(sql, ReadAsync, limit.Left, cancel);

        async Task<Found> ReadAsync(MySqlDataReader reader)
        {
            var clock = await QueryResult.ReadAsync(reader);
            var readBy = server.Time.GetElapsedTime(0);
            await reader.NextResultAsync(CancellationToken.None);
            var found = await QueryResult.ReadAsync(reader);
            var at = DateTime.Parse(clock.First!.Value.FirstText, CultureInfo.InvariantCulture);
            return new Found(
                at, readBy, [.. found.Rows.Select(r => new Waiting(r.Text("id"), r.Flag("closing"), r.Flag("idle")))]);
        }
    }

    private sealed record Waiting(string Thread, bool IsClosing, bool IsIdle);

    private sealed record Found(DateTime Clock, TimeSpan ReadBy, List<Waiting> Waiting)
    {
        public bool HasAnyOf(Found before) => Waiting.Exists(w => before.Waiting.Exists(b => b.Thread == w.Thread));
    }
}
