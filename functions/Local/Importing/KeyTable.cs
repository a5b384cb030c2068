using System.Collections.Immutable;
using OrchestratorFunctions.Local.Importing.Keys;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>
/// Every key that orchestrator, Percona's fork and the live fork read, and what becomes of it: one row for each.
/// </summary>
internal static class KeyTable
{
    public static ImmutableArray<OldKey> All { get; } =
    [
        .. TopologyKeys.All, .. DiscoveryKeys.All, .. NameKeys.All, .. DetectionKeys.All, .. RecoveryKeys.All,
        .. PromotionKeys.All, .. HookKeys.All, .. AccessKeys.All, .. ProcessKeys.All, .. BackendKeys.All,
    ];

    private static readonly ImmutableDictionary<string, OldKey> ByName =
        All.ToImmutableDictionary(k => k.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The row of a key, whatever its case is; null when orchestrator has none.</summary>
    public static OldKey? Find(string key) => ByName.GetValueOrDefault(key);
}
