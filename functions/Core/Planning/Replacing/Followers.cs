using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>Which of the old primary's replicas can follow the new one, and what is said of those that do not (L2).</summary>
/// <param name="Family">The cluster as it stood before any replica was moved.</param>
internal sealed record Followers(Topology Now, Topology Family, Member Old, Member Primary)
{
    private ImmutableArray<Member> Replicas => [.. Family.ReplicasOf(Old.Key).Where(r => r.Key != Primary.Key).Select(r => Now[r.Key]!)];

    /// <summary>Seen replicas that do not follow yet and can.</summary>
    public IEnumerable<Member> Straying =>
        Replicas.Where(r => r.IsSeen && !Follows(r.Now!) && WhyNot(r.Now!) is null);

    /// <summary>Everyone left behind, replicas of unseen replicas included.</summary>
    public ImmutableArray<Lost> Lost =>
    [
        .. Replicas.Select(r => (r.Key, Why: WhyLost(r))).Where(p => p.Why.Length > 0).Select(p => new Lost(p.Key, p.Why)),
        .. from unseen in Replicas.Where(r => !r.IsSeen)
           from below in Now.DescendantsOf(unseen.Key).Order()
           where Now[below]!.IsSeen && below != Primary.Key && Replicas.All(r => r.Key != below)
           select new Lost(below, $"is below {unseen.Key}, which was not seen"),
    ];

    /// <summary>Following, or at least on the way to it.</summary>
    public bool Follows(Instance replica) => new PointTo(replica.Key, Primary.Key).IsTrueOf(replica);

    /// <summary>What would keep a replica from following by auto-position; null when nothing would.</summary>
    public string? WhyNot(Instance replica)
    {
        if (Primary.Known is not { } primary) return null;
        // Pointing it elsewhere discards its relay log: only what is executed counts.
        if (primary.Gtid.Purged is { IsEmpty: false } purged && !replica.Gtid.Executed.Contains(purged)) return "needs transactions the new primary has purged";
        return Excess(replica, primary) is { IsEmpty: false } excess ? $"has {excess}, which the new primary lacks" : null;
    }

    private string WhyLost(Member replica) => replica.Now switch
    {
        null => $"was not seen ({(replica.Outcome as ProbeOutcome.Failed)?.Says})",
        { Link: { Receiver: ReplicationThread.Connecting, ReceiverErrorNumber: > 0 } link } i when Follows(i) => $"cannot connect to the new primary: {link.ReceiverError}",
        var i when Follows(i) => "",
        var i when WhyNot(i) is { } reason => reason,
        var i => "does not follow the new primary" + (i.Link?.ReceiverError is { Length: > 0 } error ? $": {error}" : ""),
    };

    // The old primary's own transactions only: errant ones were there before, and did not keep it from following. MariaDB refuses a replica that is ahead.
    private GtidPosition Excess(Instance replica, Instance primary) => (replica.Reachable, primary.Reachable) switch
    {
        (GtidSet mine, GtidSet theirs) when Old.Known?.ServerUuid is { } uuid && Guid.TryParse(uuid, out var source) =>
            mine.Except(theirs) is var all ? all.Except(all.WithoutSources([source])) : GtidSet.Empty,
        (MariaDbGtidSet mine, MariaDbGtidSet theirs) when !theirs.Contains(mine) => mine.Except(theirs),
        _ => GtidSet.Empty,
    };
}
