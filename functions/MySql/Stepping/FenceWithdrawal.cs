using System.Diagnostics;
using OrchestratorFunctions.MySql.Probing;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Stepping;

/// <summary>
/// Takes back a fence that still waits at its server, ours or that of a process that died: opened before it, the server would be closed
/// again when the commits it waits for have ended. A killed fence leaves super_read_only as it was, and offline_mode on, which is undone here.
/// </summary>
internal static class FenceWithdrawal
{
    private const string Waiting =
        "SELECT id FROM information_schema.processlist WHERE id<>CONNECTION_ID() AND user=SUBSTRING_INDEX(CURRENT_USER(),'@',1) " +
        "AND (info LIKE 'SET GLOBAL%super\\_read\\_only=ON%' OR info LIKE 'SET GLOBAL read\\_only=ON%')";

    public static async Task RunAsync(ServerSessions server, TimeSpan timeout, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan Left() => timeout - clock.Elapsed is var left && left > TimeSpan.Zero ? left : throw new TimeoutException();
        var helper = await server.Dialer.OpenAsync(server.Key, timeout, cancel);
        try
        {
            var features = await server.FeaturesAsync(helper, Left(), cancel);
            var waiting = await helper.QueryAsync(Waiting, Table.ReadAsync, Left(), cancel);
            foreach (var fence in waiting.Rows) await helper.ExecuteAsync($"KILL {fence.FirstText}", Left(), cancel);
            await server.Fence.EndAsync(Left(), cancel);
            if (features.HasOfflineMode && waiting.First is not null) await helper.ExecuteAsync("SET GLOBAL offline_mode=OFF", Left(), cancel);
        }
        finally
        {
            helper.Close();
        }
    }
}
