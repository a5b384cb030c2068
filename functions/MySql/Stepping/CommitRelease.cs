using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>
/// A replaced primary may hold commits that wait for semi-sync acknowledgements nobody will give, and becoming
/// read-only waits for them. It is let through without acknowledging any: the global read lock is requested first (no
/// new write begins), then every client in a statement is cut off, and only then semi-sync is switched off.
/// </summary>
internal static class CommitRelease
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private const string Clients =
        "SELECT id, user FROM information_schema.processlist WHERE command IN ('Query','Execute','Prepare','Killed') AND id<>CONNECTION_ID() " +
        "AND user NOT IN ('system user','event_scheduler') AND user<>SUBSTRING_INDEX(CURRENT_USER(),'@',1)";

    /// <summary>Only on a former primary: elsewhere the acknowledgements may yet come, and are owed.</summary>
    public static bool MayBeNeeded(SetReadOnly step, Instance instance) =>
        step.ReleasesCommits && instance.SemiSync.SourceEnabled
            && ServerFeatures.Of(instance.Version).KillCutsOffAtOnce;

    /// <summary>
    /// Helps a statement that makes the server read-only when it waits; it may still be under way afterwards.
    /// </summary>
    /// <param name="left">What is left of the time for it; throws when nothing may be sent any more.</param>
    /// <returns>What was done besides, for the step's result; empty when nothing.</returns>
    public static async Task<string> LetThroughAsync(
        ServerSessions server, Task setting, Func<TimeSpan> left, CancellationToken cancel)
    {
        if (await Task.WhenAny(setting, Task.Delay(Grace, server.Time, cancel)) == setting) return "";
        return await server.BesideAsync((beside, _) => ReleaseAsync(server, beside, left, cancel), left(), cancel);
    }

    private static async Task<string> ReleaseAsync(
        ServerSessions server, Session beside, Func<TimeSpan> left, CancellationToken cancel)
    {
        var clients = await beside.QueryAsync(Clients, QueryResult.ReadAsync, left(), cancel);
        foreach (var client in clients.Rows) await KillAsync(beside, client.FirstText, client.Text("user"), left());
        var words = server.Memory.SemiSyncWords ?? new SemiSyncWords(true, true);
        await beside.ExecuteAsync($"SET GLOBAL {words.SourceEnabled}=OFF", left(), cancel);
        return Says([.. clients.Rows.Select(client => client.Text("user"))], words);
    }

    private static string Says(IReadOnlyCollection<string> users, SemiSyncWords words)
    {
        var names = string.Join(", ", users.Distinct().Order(StringComparer.Ordinal));
        var clients = users.Count == 0 ? "no client was cut off" : $"clients cut off: {users.Count} ({names})";
        return "commits waited for acknowledgements and were let through without them; "
            + $"{clients}; {words.SourceEnabled} was switched off";
    }

    private static async Task KillAsync(Session beside, string client, string user, TimeSpan timeout)
    {
        try
        {
            await ServerSessions.TellToEndAsync(beside, client, timeout);
        }
        catch (MySqlConnector.MySqlException e) when (ProbeFailureClassifier.IsServerAnswer(e))
        {
            throw new InvalidOperationException(
                $"commits wait for semi-sync acknowledgements, and the client '{user}' among them cannot be cut off "
                + $"(error {(int)e.ErrorCode}); grant SYSTEM_USER to our account, or end that client, "
                + "before they can be let through unacknowledged", e);
        }
    }
}
