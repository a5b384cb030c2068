using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// Follows addresses that servers mention or that a person names, as Flow/Watching/MentionedServers and
/// Flow/Discovering/ReplicationWalk do. What is found is stored by <see cref="FoundMembers"/>. There is one cluster, and all that is
/// found belongs to it.
/// </summary>
public sealed class Discoveries(ModelProcess process)
{
    private const string LeaseName = "discover";

    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1), LeaseAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), ProbeTimeout = TimeSpan.FromSeconds(1);

    private readonly Dictionary<InstanceKey, TimeSpan> asked = [];
    private int takes;

    private World World => process.World;

    /// <summary>A server mentioned it: it is asked about once a minute at most.</summary>
    public void Follow(InstanceKey key)
    {
        if (asked.TryGetValue(key, out var at) && process.Running - at < AskAgain) return;
        asked[key] = process.Running;
        UnderLease(process.Running + Patience, lease => Walk(key, isNamed: false, () => lease.Release()), () => asked.Remove(key));
    }

    /// <summary>A person names it.</summary>
    public void Discover(InstanceKey key)
    {
        World.Play?.Say("operator", $"asks {process.Name} to discover {key}");
        UnderLease(process.Running + Patience, lease => Walk(key, isNamed: true, () => lease.Release()), static () => { });
    }

    private void UnderLease(TimeSpan until, Action<HeldLease> act, Action taken)
    {
        var holder = $"{process.Name}/{process.Life}/d{++takes}";
        HeldLease.TryTake(process, LeaseName, holder, outlivesSilence: false, lease =>
        {
            if (lease is not null) act(lease);
            else if (process.Running >= until) taken();
            else process.After(LeaseAgain, () => UnderLease(until, act, taken));
        }, taken);
    }

    // Breadth first over links, their replicas and the stored members, all of one round side by side.
    private void Walk(InstanceKey from, bool isNamed, Action over) => process.Call(Read, stored =>
    {
        var seen = new Dictionary<InstanceKey, ProbeOutcome>();
        var sources = new HashSet<InstanceKey>();
        if (isNamed) sources.Add(from);
        Round([from], () =>
        {
            // Nothing is found where nobody answers.
            if (seen[from].Sighted is null) over();
            else Round([.. stored.Select(s => s.Key)], () => new FoundMembers(process, seen, sources).Save(over));
        });

        void Round(IEnumerable<InstanceKey> keys, Action then)
        {
            InstanceKey[] round = [.. keys.Distinct().Where(k => !seen.ContainsKey(k))];
            var (left, next) = (round.Length, new List<InstanceKey>());
            if (left == 0)
            {
                then();
                return;
            }
            foreach (var key in round)
                process.Prober.Look(key, ProbeTimeout, outcome =>
                {
                    seen[key] = outcome;
                    if (outcome.Sighted is { } found)
                    {
                        foreach (var link in found.Links.Where(l => l.Source != Servers.OtherChannel.Source))
                        {
                            sources.Add(link.Source);
                            next.Add(link.Source);
                        }
                        next.AddRange(found.ReportedReplicas);
                    }
                    if (--left == 0) Round(next, then);
                });
        }
    }, over);

    private static StoredServer[] Read(ModelStore store) => [.. store.Servers];
}
