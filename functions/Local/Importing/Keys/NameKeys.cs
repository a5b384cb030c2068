using static OrchestratorFunctions.Local.Importing.Rows;

namespace OrchestratorFunctions.Local.Importing.Keys;

/// <summary>Names of servers and clusters, and where servers stand.</summary>
internal static class NameKeys
{
    private const string DataCenterQuery = "MySql:DataCenterQuery", RegionQuery = "MySql:RegionQuery";

    private const string Identity =
        "a server is known by its own identity, and every name that leads to it is kept, so names are not resolved";

    private const string Alias = "no query names clusters: say it once for each, alias HOST:PORT NAME";

    private const string Rule =
        "no query gives promotion rules: say them once for each server, promotion-rule HOST:PORT must_not; "
        + "without --for they stay";

    private const string Pools =
        "a pool stays until it is submitted again, and a part of a host name is enough where it means one server";

    public static IEnumerable<OldKey> All =>
    [
        .. Dropped(
            Identity, "HostnameResolveMethod", "MySQLHostnameResolveMethod", "SkipBinlogServerUnresolveCheck",
            "ExpiryHostnameResolvesMinutes", "RejectHostnameResolvePattern"),
        Asks("ClusterNameToAlias", ValueShape.Map, Alias),
        Asks("DetectClusterAliasQuery", ValueShape.Text, Alias),
        Differs("DetectClusterDomainQuery", ValueShape.Text, "clusters have no domain; use the alias"),
        Differs("DetectInstanceAliasQuery", ValueShape.Text, "servers have no alias of their own"),
        Asks("DetectPromotionRuleQuery", ValueShape.Text, Rule) with { Forbids = true },
        Place("DataCenterPattern", "DetectDataCenterQuery", DataCenterQuery),
        Place("RegionPattern", "DetectRegionQuery", RegionQuery),
        .. Dropped(
            "only data centres and regions are known, which Recovery:SameDataCenterOnly and Recovery:SameRegionOnly "
            + "look at", "PhysicalEnvironmentPattern", "DetectPhysicalEnvironmentQuery"),
        Row("DetectDataCenterQuery", ValueShape.Text, v => OfQuery(v, DataCenterQuery), DataCenterQuery),
        Row("DetectRegionQuery", ValueShape.Text, v => OfQuery(v, RegionQuery), RegionQuery),
        .. Dropped(Pools, "SupportFuzzyPoolHostnames", "InstancePoolExpiryMinutes"),
        .. Dropped(
            "a promotion rule stays, or ends after the time that is given with it (--for)",
            "CandidateInstanceExpireMinutes"),
        .. Dropped(
            "which replicas an online schema change looks at is not filtered", "OSCIgnoreHostnameFilters"),
    ];

    private static OldKey Place(string name, string query, string setting) => Row(name, ValueShape.Text, v =>
        v.IsIdle ? Nothing(v)
        : v.Config.Text(query).Length > 0 ? v.Line(ImportGroup.Dropped, $"{query} counts before it")
        : v.Line(ImportGroup.NeedsYou,
            $"a place is not read from a host name: write a SELECT into {setting}, for example one over @@hostname"));

    private static ImportLine OfQuery(OldValue value, string setting) =>
        value.Text.TrimEnd(';', ' ', '\n', '\r', '\t') is { Length: > 0 } query
            ? value.Maps(setting, query) : Nothing(value);
}
