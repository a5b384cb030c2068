using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>
/// A replaced primary may hold commits that wait for semi-sync acknowledgements nobody will give, and becoming read-only waits for them.
/// It is let through without acknowledging any: the global read lock is requested first (no new write begins), then every client in a
/// statement is cut off, and only then semi-sync is switched off.
/// </summary>
internal static class CommitRelease
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private const string Clients =
        "SELECT id, user FROM information_schema.processlist WHERE command IN ('Query','Execute','Prepare','Killed') AND id<>CONNECTION_ID() " +
        "AND user NOT IN ('system user','event_scheduler') AND user<>SUBSTRING_INDEX(CURRENT_USER(),'@',1)";

    /// <summary>Only on a former primary: elsewhere the acknowledgements may yet come, and are owed.</summary>
    public static bool MayBeNeeded(Member? member, Instance instance) =>
        member is { IsFormerPrimary: true } && instance.SemiSync.SourceEnabled && ServerFeatures.Of(instance.Version).KillCutsOffAtOnce;

    public static async Task SetReadOnlyAsync(ServerSessions server, Session session, string readOnly, Func<TimeSpan> left, CancellationToken cancel)
    {
        var setting = session.ExecuteAsync(readOnly, left(), cancel);
        if (await Task.WhenAny(setting, Task.Delay(Grace, cancel)) != setting)
            try
            {
                await ReleaseAsync(server, left, cancel);
            }
            catch
            {
                session.Abandon(setting);
                await server.KillAsync(session.ServerThread);
                throw;
            }
        await setting;
    }

    private static async Task ReleaseAsync(ServerSessions server, Func<TimeSpan> left, CancellationToken cancel)
    {
        var helper = await server.Dialer.OpenAsync(server.Key, left(), cancel);
        try
        {
            var clients = await helper.QueryAsync(Clients, Table.ReadAsync, left(), cancel);
            foreach (var client in clients.Rows) await KillAsync(helper, client.FirstText, client.Text("user"), left(), cancel);
            var words = server.Memory.SemiSyncWords ?? new SemiSyncWords(true, true);
            await helper.ExecuteAsync($"SET GLOBAL {words.SourceEnabled}=OFF", left(), cancel);
        }
        finally
        {
            helper.Close();
        }
    }

    private static async Task KillAsync(Session helper, string client, string user, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            await helper.ExecuteAsync($"KILL {client}", timeout, cancel);
        }
        catch (MySqlConnector.MySqlException e) when ((int)e.ErrorCode == 1094)
        {
            // Gone by itself.
        }
        catch (MySqlConnector.MySqlException e) when (ErrorKinds.IsServerAnswer(e))
        {
            throw new InvalidOperationException(
                $"commits wait for semi-sync acknowledgements, and the client '{user}' among them cannot be cut off (error {(int)e.ErrorCode}); " +
                "grant SYSTEM_USER to our account, or end that client, before they can be let through unacknowledged", e);
        }
    }
}
