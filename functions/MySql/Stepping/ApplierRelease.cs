using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>
/// A receiver that ended in the middle of a transaction, as it does when its source dies, leaves a part of it in the
/// relay log. MySQL's applier waits a minute for the rest before it obeys STOP REPLICA (SLAVE_WAIT_GROUP_DONE; seen on
/// 9.7.4 with the four workers it has by default; MariaDB does not wait). Once the rest cannot come, the workers are
/// ended, and the server rolls that part back, as it would after its minute. What is in the relay log stays there.
/// </summary>
internal static class ApplierRelease
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    // "You are not owner of thread": they run as a system user.
    private const int NotOwner = 1095;

    // None where the stop has ended: an applier that was started again since then waits for good reason.
    private static string ThreadsWhile(Session stopping) =>
        "SELECT id, state FROM information_schema.processlist WHERE user='system user' AND EXISTS (SELECT 1 "
        + $"FROM information_schema.processlist WHERE id={stopping.ServerThread} AND info LIKE 'STOP %')";

    // The words are the same from 5.7 to 9.7, but for the first of the coordinator's: Slave or Replica.
    private const string OfCoordinator = "has read all relay log; waiting for more updates";
    private const string OfWorker = "Waiting for an event from Coordinator";

    /// <summary>
    /// The list of threads does not name their channels: only where all of them are to stop is it known whose they are.
    /// </summary>
    public static bool MayBeNeeded(PlanStep step, Instance instance) =>
        !ServerFeatures.Of(instance.Version).IsMariaDb && step switch
        {
            PointTo => instance.Links is [_],
            StopReplication stop => instance.Links is [_] && StartReplication.OfAppliers(stop.Threads),
            ForgetSource forget => instance.Links is [_] || forget.Target.ChannelName is null,
            _ => false,
        };

    /// <summary>
    /// Helps statements that stop appliers when they wait; they may still be under way afterwards. Seen twice in the
    /// same state: a stop that is only slow is not helped.
    /// </summary>
    /// <param name="session">The one they were sent on.</param>
    /// <param name="left">What is left of the time for it; throws when nothing may be sent any more.</param>
    /// <returns>What was done besides, for the step's result; empty when nothing.</returns>
    public static async Task<string> LetGoAsync(
        ServerSessions server, Session session, Task stopping, Func<TimeSpan> left, CancellationToken cancel)
    {
        var sql = ThreadsWhile(session);
        string[] before = [];
        while (await Task.WhenAny(stopping, Task.Delay(Turn, server.Time, cancel)) != stopping)
        {
            cancel.ThrowIfCancellationRequested();
            var waiting = await OrNothingAsync(() => server.BesideAsync(
                (beside, _) => FindAsync(beside, sql, before, left, cancel), left(), cancel));
            if (waiting.Ended)
                return "the applier waited for the rest of a transaction that does not come; workers ended: "
                    + $"{waiting.Workers.Length}";
            before = waiting.Workers;
        }
        return "";
    }

    // A stop that cannot be helped may end without it.
    private static async Task<Found> OrNothingAsync(Func<Task<Found>> help)
    {
        try
        {
            return await help();
        }
        catch (MySqlException e) when ((int)e.ErrorCode == NotOwner)
        {
            throw new InvalidOperationException(
                "the applier waits for the rest of a transaction that does not come, for a minute, and its workers "
                + $"cannot be ended (error {NotOwner}); grant SYSTEM_USER to our account, or KILL them", e);
        }
        catch (MySqlException e) when (ProbeFailureClassifier.IsServerAnswer(e))
        {
            return new Found([], false);
        }
    }

    // Any other state is work that is still done: by a receiver, by a coordinator that reads, by a worker that applies.
    private static async Task<Found> FindAsync(
        Session beside, string sql, string[] before, Func<TimeSpan> left, CancellationToken cancel)
    {
        var threads = (await beside.QueryAsync(sql, QueryResult.ReadAsync, left(), cancel)).Rows.ToArray();
        string[] workers = [.. threads.Where(t => t.Text("state") == OfWorker).Select(t => t.FirstText)];
        var coordinators = threads.Count(t => t.Text("state").EndsWith(OfCoordinator, StringComparison.Ordinal));
        if (coordinators == 0 || workers.Length + coordinators != threads.Length) return new Found([], false);
        if (!workers.Order(StringComparer.Ordinal).SequenceEqual(before.Order(StringComparer.Ordinal)))
            return new Found(workers, false);
        foreach (var worker in workers) await ServerSessions.TellToEndAsync(beside, worker, left());
        return new Found(workers, true);
    }

    /// <param name="Workers">Those that wait for what cannot come.</param>
    private sealed record Found(string[] Workers, bool Ended);
}
