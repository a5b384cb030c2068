namespace OrchestratorFunctions.Flow.Running;

/// <summary>
/// Why something is held back, in one of a few words, for counters: what would allow it tells. A counter may have no
/// label that grows.
/// </summary>
internal static class HoldReason
{
    /// <summary>What is seen of the servers, or anything else that no setting and no person holds back.</summary>
    public const string Other = "other";

    // What would allow it → the reason. The first that stands in the text counts.
    private static readonly (string Remedy, string Reason)[] Words =
    [
        ("enable-recovery", "recovery-disabled"),
        ("the end of the cluster's downtime", "downtime"),
        ("the end of the downtime of", "downtime"),
        ("Recovery:Clusters", "filter"),
        ("Recovery:FleetLimit", "breaker"),
        ("Detection:Vantages", "vantages"),
        ("Recovery:BlockWindow", "block-window"),
        ("the end of recovery", "running"),
        ("which can end it", "running"),
        ("acknowledgement of recovery", "block-window"),
        ("access to the storage account", "storage"),
    ];

    /// <param name="remedy">What would allow it, as a refusal says it.</param>
    public static string Of(string remedy)
    {
        foreach (var (part, reason) in Words)
            if (remedy.Contains(part, StringComparison.Ordinal)) return reason;
        return Other;
    }
}
