using System.Globalization;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Dialects;

namespace OrchestratorFunctions.MySql.Wording;

/// <summary>
/// Statements about transactions, binary logs and sessions of one server. Pure. Manual: "Skipping Transactions With
/// GTIDs", "RESET BINARY LOGS AND GTIDS Statement", "PURGE BINARY LOGS Statement", "KILL Statement".
/// </summary>
internal static class UpkeepStatements
{
    public static IReadOnlyList<Sql> Of(PlanStep step, ServerFeatures features) => step switch
    {
        SkipTransactions skip => [.. Skip(skip.Transactions, features)],
        ResetGtids reset => [.. Reset(reset.Keep, features)],
        FlushBinaryLogs => [Sql.Of("FLUSH BINARY LOGS")],
        PurgeBinaryLogs purge => [Sql.Of($"PURGE BINARY LOGS TO {Sql.Quote(purge.File)}")],
        KillQuery kill => [Sql.Of($"KILL QUERY {kill.Session.ToString(CultureInfo.InvariantCulture)}")],
        _ => throw new NotSupportedException($"no statements for {step.GetType().Name}"),
    };

    // An empty transaction under each GTID. A server that has executed one already does nothing for it.
    private static IEnumerable<Sql> Skip(GtidSet transactions, ServerFeatures features)
    {
        NotOnMariaDb(features, "commit an empty transaction in place of a given one");
        foreach (var gtid in transactions.Gtids(SkipTransactions.Most))
        {
            yield return Sql.Of($"SET SESSION gtid_next={Sql.Quote(gtid.ToString())}");
            yield return Sql.Of("BEGIN");
            yield return Sql.Of("COMMIT");
        }
        yield return Sql.Of("SET SESSION gtid_next='AUTOMATIC'");
    }

    private static IEnumerable<Sql> Reset(GtidSet keep, ServerFeatures features)
    {
        NotOnMariaDb(features, "be told which transactions it has executed");
        yield return Sql.Of(features.ResetsBinaryLogsAndGtids ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER");
        yield return Sql.Of($"SET GLOBAL gtid_purged={Sql.Quote(keep.ToString())}");
    }

    private static void NotOnMariaDb(ServerFeatures features, string what)
    {
        if (features.IsMariaDb) throw new InvalidOperationException($"MariaDB cannot {what}");
    }
}
