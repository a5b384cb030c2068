using System.Globalization;
using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>
/// Carries out <see cref="SetEvents"/>: one event after another, so that one that cannot be changed does not keep the
/// others as they are.
/// </summary>
/// <param name="left">Asked before each statement; throws when nothing may be sent any more (S2).</param>
internal sealed class EventSwitch(ServerSessions server, Session session, SetEvents step, Func<TimeSpan> left)
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    // So that it is said what is waited for before the time of the step is over, by a server that is slow too.
    private static readonly TimeSpan ToSay = TimeSpan.FromMilliseconds(300);

    // A worker of the scheduler has the name of the definer and no client (seen on MariaDB 10.11.18). A replica's
    // threads have the same command, and so has a client that is about to log in.
    private const string Workers =
        "SELECT id, user, time, db FROM information_schema.processlist "
        + "WHERE command='Connect' AND user NOT IN ('system user', 'unauthenticated user')";

    private readonly List<string> failures = [];

    /// <summary>Throws with what could not be done, and how a person does it.</summary>
    public async Task RunAsync()
    {
        var all = await session.QueryAsync(EventStatements.All, QueryResult.ReadAsync, left(), CancellationToken.None);
        EventStatements[] events = [.. EventStatements.Of(step, all)];
        await session.ExecuteAsync(EventStatements.Remember, left(), CancellationToken.None);
        foreach (var one in events) await AlterAsync(one);
        await session.ExecuteAsync(EventStatements.Restore, left(), CancellationToken.None);
        if (step.StartsScheduler && !await IsSchedulerOnAsync()) await TryAsync(EventStatements.StartScheduler);
        // They are asked for rarely, and what was answered is old now.
        server.Memory.Expire();
        if (failures.Count > 0)
            throw new InvalidOperationException(string.Join("; ", failures.Prepend($"not done on {server.Key}")));
        if (step.State == EventState.ReplicaSide) await WaitForWorkersAsync();
    }

    // It needs a privilege that nothing else does.
    private async Task<bool> IsSchedulerOnAsync()
    {
        var on = await session.QueryAsync(
            EventStatements.Scheduler, QueryResult.ReadAsync, left(), CancellationToken.None);
        return on.First?.Flag("is_on") == true;
    }

    private async Task AlterAsync(EventStatements one)
    {
        var alter = one.Alter(step.State);
        if (one.IsReadable) await TryAsync(alter, one.Adopt);
        else failures.Add($"{alter}: it cannot be sent in the character set of the event, {one.CharacterSet}");
    }

    private async Task TryAsync(string sql, string before = "DO 0")
    {
        try
        {
            await session.ExecuteAsync($"{before};\n{sql}", left(), CancellationToken.None);
        }
        catch (MySqlException e) when (ProbeFailureClassifier.IsServerAnswer(e) && session.IsUsable)
        {
            failures.Add($"{sql}: {ProbeFailureClassifier.Said((int)e.ErrorCode, e)}");
        }
    }

    // What runs already goes on when its event is disabled, and where read_only does not stop it, it writes.
    private async Task WaitForWorkersAsync()
    {
        while (true)
        {
            var workers = await session.QueryAsync(Workers, QueryResult.ReadAsync, left(), CancellationToken.None);
            if (workers.First is not { } worker) return;
            if (left() <= ToSay)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"a scheduled event of '{worker.Text("user")}' has run on {server.Key} for {worker.Number("time")} s and has not ended; wait for it, or KILL {worker.Number("id")}"));
            await Task.Delay(Breath, server.Time);
        }
    }
}
