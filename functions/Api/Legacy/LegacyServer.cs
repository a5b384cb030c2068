using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>A server that is known, in its cluster.</summary>
internal sealed record LegacyServer(Member Member, ClusterView View)
{
    public InstanceKey Key => Member.Key;

    /// <summary>Its own, or that of its whole cluster; null when none goes on.</summary>
    public Downtime? DowntimeAt(DateTimeOffset now) => IsOn(Member.Downtime, now) ?? IsOn(View.Downtime, now);

    private static Downtime? IsOn(Downtime? downtime, DateTimeOffset now) =>
        downtime?.IsActiveAt(now) == true ? downtime : null;

    public Topology Topology => View.Topology;
}
