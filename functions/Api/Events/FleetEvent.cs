using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Api.Events;

/// <summary>Something that is another way than it was told before.</summary>
/// <param name="Kind">One of <see cref="EventKinds"/>.</param>
/// <param name="Cluster">Null of what concerns every listener.</param>
/// <param name="Data">JSON in UTF-8, on one line.</param>
internal sealed record FleetEvent(string Kind, ClusterId? Cluster, byte[] Data);

/// <summary>The kinds of events, as docs/api.md describes them.</summary>
internal static class EventKinds
{
    /// <summary>What was told before is forgotten: read anew what you show.</summary>
    public const string Reset = "reset";

    /// <summary>All that changed until now was told.</summary>
    public const string Tick = "tick";

    /// <summary>Nothing can be told at this moment, and why.</summary>
    public const string Stale = "stale";

    public const string Cluster = "cluster", ClusterGone = "cluster-gone", Server = "server",
        ServerGone = "server-gone", Analysis = "analysis", Recovery = "recovery";
}
