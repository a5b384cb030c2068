using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>A cluster as its rows tell it, without a probe: a member without a stored failure counts as seen when it was last seen.</summary>
public static class StoredPicture
{
    public static Topology Of(StoredCluster cluster, DateTimeOffset now) => new(cluster.Id, now, cluster.Members.Select(MemberOf), cluster.Alias);

    private static Member MemberOf(StoredMember stored) => LiveCluster.AsMember(stored) with
    {
        Outcome = stored is { LastSeen: { } seen, LastFailure.Length: 0 }
            ? new ProbeOutcome.Seen(seen)
            : new ProbeOutcome.Failed(stored.LastFailureKind, stored.LastFailure.Length > 0 ? stored.LastFailure : "never seen"),
        FailingFor = stored.FailingFor,
    };
}
