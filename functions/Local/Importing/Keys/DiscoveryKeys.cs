using OrchestratorFunctions.Core.Model;
using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>How servers are found and looked at.</summary>
internal static class DiscoveryKeys
{
    private const string Seeds = "Discovery:Seeds", Interval = "Watch:Interval";
    private const int UsualPollSeconds = 5;

    private const string NotIgnored =
        "no filter keeps a server from being found: give what must never be promoted the rule must_not "
        + "(promotion-rule HOST:PORT must_not), and what is not to be recovered a downtime "
        + "(downtime HOST:PORT --for …)";

    public static IEnumerable<OldKey> All =>
    [
        Row("InstancePollSeconds", ValueShape.Number, OfPoll, Interval),
        .. Dropped(
            "whether a server answers is known from each look itself", "ReasonableInstanceCheckSeconds"),
        .. Dropped(
            "every server is watched on its own; there is no queue and no buffer to size", "BufferInstanceWrites",
            "InstanceWriteBufferSize", "InstanceFlushIntervalMilliseconds", "DiscoveryMaxConcurrency",
            "DiscoveryQueueCapacity", "DiscoveryQueueMaxStatisticsSize", "DiscoveryCollectionRetentionSeconds"),
        .. Dropped("MaxScale and binlog servers are not looked for", "SkipMaxScaleCheck"),
        .. Dropped(
            "a server stays known until somebody says forget; it is the same one when its address changes",
            "UnseenInstanceForgetHours"),
        Asks(
            "SnapshotTopologiesIntervalHours", ValueShape.Number,
            "topologies are not stored every so often: run topology CLUSTER --json by cron, if you need them"),
        new("DiscoverySeeds", ValueShape.List, OfSeeds) { Settings = [Seeds] },
        .. Dropped(
            "replicas are found both by what they report and by their connections", "DiscoverByShowSlaveHosts"),
        Ignored("DiscoveryIgnoreReplicaHostnameFilters"),
        Ignored("DiscoveryIgnoreMasterHostnameFilters"),
        Ignored("DiscoveryIgnoreHostnameFilters"),
        Ignored("DiscoveryIgnoreReplicationUsernameFilters"),
        .. Dropped("it only keeps log lines apart", "EnableDiscoveryFiltersLogs"),
        Differs(
            "ProblemIgnoreHostnameFilters", ValueShape.List,
            "problems of every server are listed; a downtime marks those that are meant"),
    ];

    private static OldKey Ignored(string name) => Row(name, ValueShape.List, v =>
        v.IsIdle ? Nothing(v)
        : v.List.All(IsOfSample) ? v.Line(ImportGroup.Dropped, "names servers of example.com only, as orchestrator's "
            + "sample file does, and there are none")
        : v.Line(ImportGroup.NeedsYou, NotIgnored)) with { Forbids = true };

    // However the dot is written.
    private static bool IsOfSample(string filter) =>
        filter.Replace("[.]", ".", StringComparison.Ordinal).Replace("\\.", ".", StringComparison.Ordinal)
            .Contains(".example.com", StringComparison.Ordinal);

    private static ImportLine OfPoll(OldValue value) => value.Number == UsualPollSeconds
        ? value.Line(ImportGroup.Changes,
            "5 s is orchestrator's usual time; here servers are looked at every second (Watch:Interval)")
        : value.Changes(Interval, Time(value.Number),
            "left out, it is one second; a crash is noticed at once whatever stands here, silence by these looks");

    private static IEnumerable<ImportLine> OfSeeds(OldValue value)
    {
        if (value.IsIdle) yield return Nothing(value);
        var port = value.Config.Number("DefaultInstancePort") ?? InstanceKey.DefaultPort;
        var read = value.List.ToLookup(s => InstanceKey.TryParse(WithPort(s, port), out _, out _));
        string[] good = [.. read[true].Select(s => InstanceKey.Parse(WithPort(s, port)).ToString()).Distinct()];
        if (good.Length > 0)
            yield return value.Maps(Seeds, string.Join(", ", good), "looked for until they are found");
        foreach (var bad in read[false])
            yield return value.Line(ImportGroup.NotUnderstood, $"'{bad}' is no server; expected host:port");
    }

    private static string WithPort(string server, long port) =>
        server.Contains(':', StringComparison.Ordinal) ? server : $"{server}:{port}";
}
