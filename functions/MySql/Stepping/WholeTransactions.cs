using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>
/// Stops receivers between two transactions. One that is told to stop ends at the next event, in the middle of a
/// transaction too, and the applier waits a minute for the rest (<see cref="ApplierRelease"/>). While its source is
/// there it is started again until it has the rest, and told anew.
/// </summary>
internal sealed class WholeTransactions(ServerSessions server, Session session, StopReceiving step, Instance seen)
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    /// <summary>A busy source may begin another one each time.</summary>
    private const int TriesMost = 3;

    /// <summary>Without GTIDs it cannot be told when a transaction is whole.</summary>
    private const string NoGtid = "ANONYMOUS";

    // So that a rest that does not come leaves time to stop, and to say so.
    private static readonly TimeSpan ToStop = TimeSpan.FromSeconds(1);

    private readonly ReplicationStatements words = new(ServerFeatures.Of(seen.Version), seen, server.Options);

    // The GTID of what was begun stays in the table when the receiver has ended. When it connects again that is emptied
    // before the rest comes; what was queued last stays until then (seen on 9.7.4).
    private const string Queued =
        "SELECT channel_name, queueing_transaction, last_queued_transaction "
        + "FROM performance_schema.replication_connection_status";

    /// <summary>MariaDB's appliers do not wait.</summary>
    public static bool MayBeNeeded(StopReceiving step, Instance seen) =>
        step.TakesTheRest && ServerFeatures.Of(seen.Version).TimesReceivedTransactions
        && seen.Links.Any(l => l.Receiver == ReplicationThread.Running);

    // What a person stopped stays stopped.
    private bool Received(ReplicationLink link) => link.Receiver == ReplicationThread.Running
        && (step.Target.ChannelName is not { } channel || link.Channel == channel);

    /// <param name="stop">What stops the receivers.</param>
    /// <param name="left">Asked before each statement; throws when nothing may be sent any more (S2).</param>
    /// <returns>What was done besides, for the step's result; empty when nothing.</returns>
    public async Task<string> StopAsync(IReadOnlyList<Sql> stop, Func<TimeSpan> left)
    {
        var sql = string.Join(";\n", stop.Select(s => s.Text));
        for (var times = 0; ; times++)
        {
            await session.ExecuteAsync(sql, left(), CancellationToken.None);
            var queued = await QueuedAsync(left);
            if (queued.FirstOrDefault(q => q.Begun is not ("" or NoGtid)) is not { } cut) return Says(times);
            if (times == TriesMost || left() < 2 * ToStop) return "the receiver stands in the middle of a transaction";
            var start = words.StartReceiver(cut.Channel);
            await session.ExecuteAsync(start.Text, left(), CancellationToken.None);
            while (left() > ToStop && (await QueuedAsync(left)).Any(q => q with { Begun = cut.Begun } == cut))
                await Task.Delay(Turn, server.Time);
        }
    }

    private static string Says(int times) =>
        times == 0 ? "" : $"the receiver was in the middle of a transaction; started again for its rest: {times} times";

    private async Task<Transactions[]> QueuedAsync(Func<TimeSpan> left)
    {
        try
        {
            var found = await session.QueryAsync(Queued, QueryResult.ReadAsync, left(), CancellationToken.None);
            return
            [
                .. found.Rows.Select(r => new Transactions(
                        r.Text("channel_name"), r.Text("queueing_transaction"), r.Text("last_queued_transaction")))
                    .Where(q => seen.Links.Any(l => Received(l) && l.Channel == q.Channel)),
            ];
        }
        catch (MySqlException e) when (ProbeFailureClassifier.IsServerAnswer(e) && session.IsUsable)
        {
            return []; // Without the privilege it stops as it did before.
        }
    }

    /// <param name="Begun">The GTID of what is not received whole; empty between two transactions.</param>
    /// <param name="Last">The GTID of what was received whole last.</param>
    private sealed record Transactions(string Channel, string Begun, string Last);
}
