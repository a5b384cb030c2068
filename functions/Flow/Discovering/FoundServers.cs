using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// Stores what one walk found. A part of it belongs to the stored cluster that has most of its servers, or is a new
/// one; a server leaves the cluster where it does not belong any more, and moves to the address where it answers now.
/// </summary>
internal sealed class FoundServers(
    ITopologyStore store, IRecoveryStore recoveries, MoveRight right, ReplicationWalk walk,
    IReadOnlyCollection<InstanceKey> seeds, TimeProvider time, ILogger logger)
{
    private ImmutableArray<StoredCluster> stored = [];

    /// <param name="alias">A name for the first part that has a seed; empty keeps what is stored.</param>
    public async Task<ImmutableArray<Topology>> SaveAsync(string alias, CancellationToken cancel)
    {
        stored = await store.ReadAllAsync(cancel);
        // A part is one of a known cluster, or has left it: that is seen beside the rest of the cluster.
        var touched = stored.Where(c => walk.Members.Values.Any(m => c.Members.Any(s => MemberMatch.IsSame(s, m))));
        await walk.VisitAsync([.. touched.SelectMany(c => c.Members).Select(m => m.Key)], cancel);
        var parts = new PartsOfClusters(stored, walk.Groups(), walk, seeds);
        var saved = new List<(ClusterId Cluster, InstanceKey Member)>();
        foreach (var (part, known) in parts.Assigned())
        {
            var isAsked = alias.Length > 0 && parts.IsAsked(part);
            var (id, members) = await SaveAsync(part, known, isAsked ? alias : "", cancel);
            if (isAsked) alias = "";
            saved.AddRange(members.Select(m => (id, m)));
        }
        return await ReadBackAsync(saved.ToLookup(s => s.Cluster, s => s.Member), cancel);
    }

    private async Task<(ClusterId Id, ImmutableArray<InstanceKey> Members)> SaveAsync(
        ImmutableArray<Member> part, StoredCluster? known, string alias, CancellationToken cancel)
    {
        var id = known?.Id ?? NewId(part);
        var found = await new MemberMatch(walk, seeds).OfAsync(part, known, cancel);
        var ledger = known?.Ledger ?? Ledger.Empty;
        await TellFailoverAsync(id, [.. found.Select(f => f.Place).Where(p => p.MovedFrom is not null)], cancel);
        found = [.. found.Where(f => MayMove(f, found, ledger)).Where(f => MayLeave(f.Member, id))];
        if (found.IsEmpty) return (id, []);
        var moved = found.Where(f => f.MovedFrom is not null).ToImmutableArray();
        await using var lease = moved.IsEmpty ? null : await right.TryTakeAsync(id, time, cancel);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, lease?.Lost ?? default);
        // First: should this process die before the next write, the move is found again, and with it what is owed.
        if (!moved.IsEmpty && !(IsFree(lease, moved) && await RenameAsync(id, moved, both.Token)))
            found = found.RemoveRange(moved);
        return await SaveAsync(id, known, found, alias, both.Token);
    }

    private async Task<(ClusterId Id, ImmutableArray<InstanceKey> Members)> SaveAsync(
        ClusterId id, StoredCluster? known, ImmutableArray<MemberMatch.Found> found, string alias,
        CancellationToken cancel)
    {
        StoredMember[] members = [.. found.Select(f => f.Member)];
        await store.SaveSightingsAsync(id, members, cancel);
        if (known is not null) await MoveAsync(known, found, cancel);
        foreach (var other in stored.Where(c => c.Id != id)) await TakeFromAsync(other, members, id, cancel);
        await ForgetRumoursAsync(id, cancel);
        // Last, because it is what watchers notice.
        await store.SaveClusterAsync(id, alias, cancel);
        var before = known?.Members.Select(m => m.Key) ?? [];
        foreach (var fresh in members.Select(m => m.Key).Except(before)) logger.Found(fresh.ToString(), id.Value);
        return (id, [.. members.Select(m => m.Key)]);
    }

    // A copied data directory brings the uuid that the other cluster's id was made of.
    private ClusterId NewId(ImmutableArray<Member> part)
    {
        var draft = new Topology(new ClusterId("c-draft"), time.GetUtcNow(), part);
        var root = draft.Primary ?? draft.Roots.FirstOrDefault() ?? part[0];
        var id = ClusterId.FirstMetAt(root.LastKnown?.ServerUuid ?? root.Key.ToString());
        return stored.All(c => c.Id != id) ? id : ClusterId.FirstMetAt($"{root.LastKnown?.ServerUuid} {root.Key}");
    }

    private bool IsFree(LeaseKeeper? lease, ImmutableArray<MemberMatch.Found> moved)
    {
        if (lease is null) walk.Warnings.AddRange(moved.Select(f => Moves.WhyNotNow(f.Place)));
        return lease is not null;
    }

    // The primary that it replaces lives: it is not waited for with that until it has ended.
    private async Task TellFailoverAsync(ClusterId id, ImmutableArray<MemberPlace> moved, CancellationToken cancel)
    {
        if (moved.IsEmpty || await recoveries.ReadActiveAsync(id, cancel) is not { } running) return;
        if (OperatorSignal.FoundAlive(running, moved, time.GetUtcNow()) is not { } word) return;
        await recoveries.PostSignalAsync(id, running.Id, word, cancel);
        walk.Warnings.Add($"recovery {running.Id} is told to stop, because {word.Because}");
    }

    private bool MayMove(MemberMatch.Found found, IEnumerable<MemberMatch.Found> all, Ledger ledger)
    {
        if (Moves.WhyNot(found.Place, [.. all.Select(f => f.Place)], ledger) is not { } because) return true;
        walk.Warnings.Add(because);
        return false;
    }

    // What a recovery left open in a cluster is seen to there.
    private bool MayLeave(StoredMember member, ClusterId id)
    {
        var open = stored.FirstOrDefault(c => c.Id != id && !c.Ledger.IsSettled && Has(c, member));
        if (open is null) return true;
        walk.Warnings.Add(
            $"{member.Key} stays in cluster {open.Id}, where a recovery left something open, and it is connected to "
            + $"cluster {id} by now; it goes there when nothing is open any more");
        return false;
    }

    private static bool Has(StoredCluster cluster, StoredMember member) => cluster.Members.Any(
        s => s.LastSeen is { } before && member.LastSeen is { } now && ServerIdentity.IsSame(before, now));

    private async Task MoveAsync(
        StoredCluster known, ImmutableArray<MemberMatch.Found> found, CancellationToken cancel)
    {
        var moved = found.Where(f => f.MovedFrom is not null).ToImmutableArray();
        if (moved.IsEmpty) return;
        var names = NamesOf(moved);
        foreach (var (member, place) in moved)
        {
            logger.Moved(place.MovedFrom!.ToString(), member.Key.ToString(), known.Id.Value);
            await store.SetPromotionRuleAsync(
                known.Id, member.Key, member.PromotionRule, cancel, member.PromotionRuleUntil);
            await store.SetDowntimeAsync(known.Id, member.Key, member.Downtime, cancel);
            await store.ChangeTagsAsync(known.Id, member.Key, _ => member.Tags, cancel);
            await store.ChangeMaintenanceAsync(known.Id, member.Key, _ => member.Maintenance, cancel);
        }
        var seen = found.Where(f => f.Member.LastSeen is not null).Select(f => f.Member.Key);
        await store.ForgetAsync(known.Id, [.. names.Keys.Except(seen)], cancel);
    }

    private static Dictionary<InstanceKey, InstanceKey> NamesOf(ImmutableArray<MemberMatch.Found> moved) =>
        moved.ToDictionary(f => f.MovedFrom!, f => f.Member.Key);

    // It is written also when no entry changes: who plans on the old addresses reads again. Another process may settle
    // it meanwhile. False when a recovery has begun since the clusters were read.
    private async Task<bool> RenameAsync(
        ClusterId id, ImmutableArray<MemberMatch.Found> moved, CancellationToken cancel)
    {
        const int attempts = 5;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var ledger = await recoveries.ReadLedgerAsync(id, cancel);
            var renamed = Moves.Renamed(ledger, [.. moved.Select(f => f.Place)]);
            if (!moved.All(f => MayMove(f, moved, ledger))) return false;
            if (ledger.Problem.Length > 0) return true;
            if (!await recoveries.SettleAsync(id, renamed with { Version = ledger.Version + 1 }, cancel)) continue;
            await store.NoteLedgerAsync(id, !renamed.SaysNothing, cancel);
            return true;
        }
        return false;
    }

    private async Task TakeFromAsync(
        StoredCluster other, StoredMember[] members, ClusterId id, CancellationToken cancel)
    {
        var taken = other.Members.Where(s => members.Any(m => Has(other with { Members = [s] }, m))).ToArray();
        if (taken.Length == 0) return;
        foreach (var one in taken)
        {
            logger.ChangedCluster(one.Key.ToString(), other.Id.Value, id.Value);
            var key = members.First(m => Has(other with { Members = [one] }, m)).Key;
            if (!one.Tags.IsEmpty) await store.ChangeTagsAsync(id, key, tags => one.Tags.SetItems(tags), cancel);
        }
        await store.ForgetAsync(other.Id, [.. taken.Select(s => s.Key)], cancel);
        await ForgetRumoursAsync(other.Id, cancel);
        await store.SaveClusterAsync(id, "", cancel);
    }

    // A name that nobody ever answered under, and that leads its replicas to a server known by another name.
    private async Task ForgetRumoursAsync(ClusterId id, CancellationToken cancel)
    {
        if (await store.ReadAsync(id, cancel) is not { } cluster) return;
        var topology = StoredTopology.Of(cluster, time.GetUtcNow(), beat: null);
        InstanceKey[] rumours =
            [.. topology.Members.Where(m => m.LastKnown is null && !topology.HasReplicas(m.Key)).Select(m => m.Key)];
        if (rumours.Length > 0) await store.ForgetAsync(id, rumours, cancel);
    }

    // What is said to be found is what the store holds now, under the names it holds it by.
    private async Task<ImmutableArray<Topology>> ReadBackAsync(
        ILookup<ClusterId, InstanceKey> saved, CancellationToken cancel)
    {
        var clusters = ImmutableArray.CreateBuilder<Topology>();
        foreach (var found in saved)
        {
            if (await store.ReadAsync(found.Key, cancel) is not { } cluster) continue;
            var members = cluster.Members.Where(m => found.Contains(m.Key));
            clusters.Add(StoredTopology.Of(cluster with { Members = [.. members] }, time.GetUtcNow(), beat: null));
        }
        return clusters.ToImmutable();
    }
}
