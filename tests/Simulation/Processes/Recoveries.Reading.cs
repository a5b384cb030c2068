using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Simulation.Processes;

/// <content>What is seen before a plan is taken up, or begun for an operator.</content>
public sealed partial class Recoveries
{
    // Looks at every server; a failure is looked at once more, and the picture is as old as the first look (Flow/
    // Recovering/LiveTopology).
    private void ReadAll(Recovery? recovery, Action away, Action<Topology, TimeSpan> then) => process.Call(s => (Servers: s.Servers.ToArray(), s.Ledger), stored =>
    {
        var members = StoredMembers.Of(stored.Servers, stored.Ledger);
        var (left, askedAt) = (members.Length, process.Running);
        void Taken(int i, ProbeOutcome outcome)
        {
            members[i] = members[i].With(outcome, process.Wall);
            if (--left == 0) then(new Topology(World.Cluster, process.Wall, members, "", stored.Ledger), askedAt);
        }
        for (var i = 0; i < members.Length; i++)
        {
            var (at, timeout) = (i, TimeoutOf(recovery, members[i].Key));
            process.Prober.Look(members[at].Key, timeout, outcome =>
            {
                var isLost = outcome is ProbeOutcome.Failed { Kind: not ProbeFailureKind.Refused } && members[at].LastSeen is not null;
                if (isLost) process.Prober.Look(members[at].Key, timeout, again => Taken(at, again));
                else Taken(at, outcome);
            });
        }
    }, away);

    private TimeSpan TimeoutOf(Recovery? recovery, InstanceKey key)
    {
        if (recovery is null || recovery.Subject != key || !recovery.Kind.SubjectIsDead) return ProbeTimeout;
        var isFresh = recovery.Stages.LastOrDefault() is { } last && process.Wall - last.PlannedAt < Fresh;
        return isFresh ? recovery.Policy.FenceTimeout : ProbeTimeout;
    }
}
