using System.Collections.Immutable;
using OrchestratorFunctions.MySql.Dialects;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>
/// Whether a server that is read-only started so, or a statement made it so. Manuals: "The variables_info Table",
/// "Information Schema SYSTEM_VARIABLES Table".
/// </summary>
internal static class ReadOnlyOrigin
{
    // super_read_only turns read_only on and leaves its origin as it was.
    private static readonly ImmutableArray<ProbeQuestion> OfMySql =
    [
        new(
            ProbePart.ReadOnlyOrigin,
            "SELECT VARIABLE_SOURCE AS ORIGIN FROM performance_schema.variables_info "
            + "WHERE @@GLOBAL.read_only AND VARIABLE_NAME IN ('read_only', 'super_read_only')",
            "origin of read_only (performance_schema.variables_info)"),
    ];

    private static readonly ImmutableArray<ProbeQuestion> OfMariaDb =
    [
        new(
            ProbePart.ReadOnlyOrigin,
            "SELECT GLOBAL_VALUE_ORIGIN AS ORIGIN FROM information_schema.SYSTEM_VARIABLES "
            + "WHERE @@GLOBAL.read_only AND VARIABLE_NAME='READ_ONLY'",
            "origin of read_only (information_schema.SYSTEM_VARIABLES)"),
    ];

    /// <summary>
    /// What is asked for it; nothing where the server cannot tell. A server goes through all of its variables for the
    /// answer, so it is not asked with every probe.
    /// </summary>
    public static ImmutableArray<ProbeQuestion> Questions(ServerFeatures features) =>
        !features.TellsOriginOfSettings ? [] : features.IsMariaDb ? OfMariaDb : OfMySql;

    /// <summary>
    /// Whether nobody has set it since the start; null when the server is not read-only, and when it did not tell.
    /// DYNAMIC on MySQL and SQL on MariaDB: a statement set it. Everything else was read at the start.
    /// </summary>
    public static bool? IsSinceStart(QueryResult.Row variables, QueryResult origins)
    {
        if (!variables.Flag("read_only") || origins.First is null) return null;
        return origins.Rows.All(r => r.Text("ORIGIN").ToUpperInvariant() is not ("DYNAMIC" or "SQL"));
    }
}
