using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Errors;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Sessions;

namespace OrchestratorFunctions.MySql.Probing;

/// <summary>
/// Reads where the binary log files of a MySQL server begin, one short statement a file, the newest first. Manual:
/// "SHOW BINARY LOGS Statement", "SHOW BINLOG EVENTS Statement"; the second event of a file is its Previous_gtids (seen
/// on 9.7.4).
/// </summary>
internal static class LogFiles
{
    /// <summary>More files are not read at once.</summary>
    public const int Most = 500;

    /// <summary>The beginning of a file.</summary>
    public static string Beginning(string file) => $"SHOW BINLOG EVENTS IN {Sql.Quote(file)} LIMIT 2";

    /// <summary>What a file begins with; null when it does not tell.</summary>
    public static GtidSet? Before(QueryResult beginning)
    {
        var told = beginning.Rows.Where(r => r.Text("Event_type") == "Previous_gtids").Select(r => r.Text("Info"))
            .FirstOrDefault();
        return told is not null && GtidSet.TryParse(told, out var before, out _) ? before : null;
    }

    /// <summary>Reads until nothing is left to be found.</summary>
    public static async Task<LogsRead> SearchAsync(
        InstanceKey key, Session session, LogSearch search, Countdown limit, CancellationToken cancel)
    {
        var listed = await session.QueryAsync("SHOW BINARY LOGS", QueryResult.ReadAsync, limit.Left, cancel);
        string[] files = [.. listed.Rows.Select(r => r.Text("Log_name")).Reverse()];
        foreach (var file in files)
        {
            if (search.IsOver) break;
            if (search.Told == Most)
                return new(search, files.Length, new($"only the newest {Most} of {files.Length} files were read"));
            var beginning = await session.QueryAsync(Beginning(file), QueryResult.ReadAsync, limit.Left, cancel);
            if (Before(beginning) is not { } before)
                return new(search, files.Length, new($"{file} of {key} does not tell what was executed before it"));
            search = search.Older(file, before);
        }
        return new(search, files.Length);
    }

    /// <summary>What an error of the reading means.</summary>
    public static Refusal WhyNot(InstanceKey key, ProbeOutcome.Failed failed) => new(
        $"the binary log files of {key} could not be read ({failed.Says})",
        failed.Kind == ProbeFailureKind.AuthenticationDenied
            ? $"REPLICATION CLIENT and REPLICATION SLAVE on {key} for the account of MySql:User"
            : "");
}
