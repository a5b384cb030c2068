using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>Which clusters are recovered, and how often.</summary>
internal static class RecoveryKeys
{
    private const string Filters = "RecoverMasterClusterFilters", Clusters = "Recovery:Clusters";
    private const string Seconds = "RecoveryPeriodBlockSeconds", Window = "Recovery:BlockWindow";

    private const string TwoFailovers =
        "the time counts from the end of a failover, and two of a cluster may end within it: a successor that dies "
        + "too is replaced; with Recovery:BlockLimit 1 it waits for a person, as in orchestrator";

    public static IEnumerable<OldKey> All =>
    [
        new(Filters, ValueShape.List, OfFilters) { Settings = [Clusters], Otherwise = WithoutFilters },
        Differs(
            "RecoverIntermediateMasterClusterFilters", ValueShape.List,
            "intermediate sources that die are detected and explained, and not replaced yet: relocate what hangs below "
            + "them"),
        Asks(
            "RecoveryIgnoreHostnameFilters", ValueShape.List,
            "no filter excludes single servers from recoveries: give them a downtime, or leave their cluster out of "
            + "Recovery:Clusters") with { Forbids = true },
        Row(Seconds, ValueShape.Number, OfSeconds, Window),
        Row("RecoveryPeriodBlockMinutes", ValueShape.Number, OfMinutes, Window),
        Differs(
            "RecoverNonWriteableMaster", ValueShape.Switch,
            "only a primary that was seen open before it restarted read-only is opened by itself; else say "
            + "open CLUSTER --because …"),
        .. Dropped(
            "steps of a stage run side by side, each with a limit (Recovery:StepTimeout, Recovery:ApplyTimeout)",
            "InstanceBulkOperationsWaitTimeoutSeconds", "MaxConcurrentReplicaOperations"),
        Either(
            "UseSuperReadOnly", (ImportGroup.Maps, "always, where the server has it"),
            (ImportGroup.Changes, "a server is always closed with super_read_only where it has it")),
    ];

    private static IEnumerable<ImportLine> OfFilters(OldValue value)
    {
        if (value.IsIdle) yield return value.Maps(Clusters, "", "no cluster is recovered by itself, as before");
        var patterns = string.Join(", ", value.List.SelectMany(e => ClusterPatterns.Of(e)).Distinct());
        if (patterns == "*") yield return value.Maps(Clusters, patterns);
        else if (patterns.Length > 0)
            yield return value.Changes(
                Clusters, patterns, "a pattern looks at id, alias and host:port of all members, not of the primary "
                + "alone, so a failover does not take a cluster out of it; case does not count");
        foreach (var entry in value.List.Where(e => ClusterPatterns.Of(e).IsEmpty))
            yield return value.Line(
                ImportGroup.NeedsYou, $"'{entry}' cannot be written as a pattern with *, so the clusters that it means "
                + "are not recovered by themselves: add their aliases to Recovery:Clusters");
    }

    // Ours would recover all of them by default.
    private static ImportLine? WithoutFilters(OldConfig config)
    {
        var line = config.Has(Filters)
            ? new ImportLine(
                Filters, ImportGroup.Changes, "no cluster is recovered by itself until it is clear which ones are "
                + "meant; name them in Recovery:Clusters")
            : new ImportLine(
                Filters, ImportGroup.Maps, "is not in the file, so orchestrator recovers no cluster by itself, and it "
                + "stays so; left out here, all would be recovered");
        return line with { Settings = [new(Clusters, "")] };
    }

    private static ImportLine OfSeconds(OldValue value)
    {
        if (value.Number > 0) return value.Changes(Window, Time(value.Number), TwoFailovers);
        return value.Config.Number("RecoveryPeriodBlockMinutes") > 0
            ? value.Line(ImportGroup.Dropped, "is 0, so RecoveryPeriodBlockMinutes counts")
            : value.Changes(Window, Time(0), TwoFailovers);
    }

    private static ImportLine OfMinutes(OldValue value)
    {
        const int secondsOfMinute = 60;
        return value.Config.Number(Seconds) == 0 && value.Number > 0
            ? value.Changes(Window, Time(value.Number * secondsOfMinute), TwoFailovers)
            : value.Line(ImportGroup.Dropped, $"orchestrator reads it only where {Seconds} is 0");
    }
}
