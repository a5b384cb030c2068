using System.Collections.Immutable;
using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Dialects;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>rpl_semi_sync_* variables and status, in either spelling → <see cref="SemiSync"/>. Pure.</summary>
internal static class SemiSyncMapping
{
    private static readonly string[] Decisive =
    [
        "rpl_semi_sync_source_enabled", "rpl_semi_sync_source_timeout", "rpl_semi_sync_source_wait_for_replica_count",
        "rpl_semi_sync_replica_enabled",
    ];

    /// <param name="settings">One row that is newer than <paramref name="variables"/>, where it was asked for.</param>
    /// <param name="sourceStatus">Newer than <paramref name="status"/>, where it was asked for.</param>
    public static SemiSync Map(
        QueryResult variables, QueryResult status, bool isMariaDb, QueryResult? settings = null, QueryResult? sourceStatus = null)
    {
        var set = ByName(variables);
        var now = ByName(status);
        if (sourceStatus is not null)
            foreach (var (name, value) in ByName(sourceStatus)) now[name] = value;
        if (settings?.First is { } row)
            foreach (var name in Decisive.Where(n => row.Has(n))) set[name] = row.Text(name);
        if (set.Count == 0) return SemiSync.Off;
        return new SemiSync(
            Available: true,
            SourceEnabled: IsOn(set, "rpl_semi_sync_source_enabled"),
            SourceActive: IsOn(now, "rpl_semi_sync_source_status") && IsOn(set, "rpl_semi_sync_source_enabled"),
            WaitForReplicas: (int)Number(set, "rpl_semi_sync_source_wait_for_replica_count", isMariaDb ? 1 : 0),
            Clients: (int)Number(now, "rpl_semi_sync_source_clients", 0),
            TimeoutMilliseconds: Number(set, "rpl_semi_sync_source_timeout", 0),
            ReplicaEnabled: IsOn(set, "rpl_semi_sync_replica_enabled"),
            ReplicaActive: IsOn(now, "rpl_semi_sync_replica_status"));
    }

    /// <summary>The words the loaded plugins use; null when none is loaded.</summary>
    public static SemiSyncWords? Words(QueryResult variables)
    {
        var names = variables.Rows.Select(r => r.Text("Variable_name").ToLowerInvariant()).ToHashSet();
        if (names.Count == 0) return null;
        return new SemiSyncWords(
            names.Contains("rpl_semi_sync_source_enabled"), names.Contains("rpl_semi_sync_replica_enabled"));
    }

    /// <summary>Whether the plugin of a source is loaded; that of a replica may be alone.</summary>
    public static bool MayBeSource(QueryResult variables) => ByName(variables).ContainsKey(Decisive[0]);

    /// <summary>Names of the settings that durability is decided on, as the server spells them.</summary>
    public static ImmutableArray<string> Settings(QueryResult variables) =>
    [
        .. variables.Rows.Select(r => r.Text("Variable_name").ToLowerInvariant())
            .Where(name => Decisive.Contains(OldSpelling.Undone(name))),
    ];

    private static Dictionary<string, string> ByName(QueryResult table)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
            if (OldSpelling.Undone(row.Text("Variable_name")) is var name
                && name.StartsWith("rpl_semi_sync_", StringComparison.Ordinal))
                values[name] = row.Text("Value");
        return values;
    }

    private static bool IsOn(Dictionary<string, string> values, string name) =>
        values.TryGetValue(name, out var value)
            && (value == "1" || value.Equals("ON", StringComparison.OrdinalIgnoreCase));

    private static long Number(Dictionary<string, string> values, string name, long otherwise) =>
        values.TryGetValue(name, out var value)
        && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
