using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// Stores what one discovery found, write by write, as Flow/Discovering/FoundServers does: where each server is to be
/// stored decides Core.
/// </summary>
/// <param name="seen">What answered at each address.</param>
/// <param name="sources">Addresses that replicas name as their source: members also when nobody answers there.</param>
internal sealed class FoundMembers(ModelProcess process, Dictionary<InstanceKey, ProbeOutcome> seen, HashSet<InstanceKey> sources)
{
    private const int RenameAttempts = 5;

    private World World => process.World;

    public void Save(Action over) => process.Call(s => (Rows: s.Servers.ToArray(), s.Ledger), read => Save(read.Rows, read.Ledger, over), over);

    private void Save(StoredServer[] rows, Ledger ledger, Action over)
    {
        Member[] found = [.. Found()];
        var stored = StoredMembers.Of(rows, ledger);
        MemberPlace[] all = [.. found.Select(m => MemberPlace.Of(m, found, stored, k => seen.GetValueOrDefault(k)?.Sighted))];
        TellFailover(all);
        MemberPlace[] places = [.. all.Where(p => Says(Moves.WhyNot(p, all, ledger)) && p.CopyOf is null)];
        MemberPlace[] moved = [.. places.Where(p => p.MovedFrom is not null)];
        var names = moved.ToDictionary(p => p.MovedFrom!, p => p.Key);
        Member Remembered(MemberPlace place) => MemberPlace.Remembering(
            Array.Find(stored, s => s.Key == place.Stored), found[Array.IndexOf(all, place)]);
        foreach (var (from, to) in names) World.Play?.Say(process.Name, $"stores the server of {from} at {to}");
        void Store() => Do(
            s => SaveSightings(s, [.. places.Select(p => (p, Remembered(p)))]),
            () => Do(
                s => Declare(s, rows, moved),
                () => Do(
                    s => Forget(s, [.. names.Keys.Except(places.Where(p => p.Server.Length > 0).Select(p => p.Key))]),
                    () => Do(ForgetRumours, () => Told(over), over), over), over), over);
        if (moved.Length == 0) Store();
        else UnderLease(ref over, () => Rename(moved, RenameAttempts, Store, over));
    }

    // The primary that it replaces lives.
    private void TellFailover(MemberPlace[] all)
    {
        if (!all.Any(p => p.MovedFrom is not null)) return;
        process.Call(s =>
        {
            if (s.Active is not { } running || OperatorSignal.FoundAlive(running, all, process.Wall) is not { } word) return false;
            s.LeaveWord(running.Id, word);
            World.Play?.Say(process.Name, $"tells recovery {running.Id} to stop: {word.Because}");
            return true;
        }, static _ => { }, static () => { });
    }

    // The lease of recoveries: none begins meanwhile.
    private void UnderLease(ref Action over, Action act)
    {
        var told = over;
        HeldLease? held = null;
        over = () =>
        {
            held?.Release();
            told();
        };
        var holder = $"{process.Name}/{process.Life}/m{World.Now}";
        HeldLease.TryTake(process, RunningRecovery.LeaseName, holder, outlivesSilence: false, lease =>
        {
            held = lease;
            if (lease is null) told();
            else act();
        }, told);
    }

    // One server is one member, whatever leads to it.
    private IEnumerable<Member> Found()
    {
        var (at, servers) = (process.Wall, new List<Instance>());
        foreach (var (key, outcome) in seen)
        {
            if (outcome.Sighted is { } now && servers.Exists(s => ServerIdentity.IsSame(s, now))) continue;
            if (outcome.Sighted is { } fresh) servers.Add(fresh);
            if (outcome.Sighted is { } instance) yield return Member.SeenAs(instance, at);
            else if (sources.Contains(key)) yield return new Member { Key = key, Outcome = outcome };
        }
    }

    private bool Says(string? whyNot)
    {
        if (whyNot is not null) World.Play?.Say(process.Name, whyNot);
        return whyNot is null;
    }

    // Another process may settle it meanwhile.
    private void Rename(MemberPlace[] moved, int attempts, Action then, Action over)
    {
        if (moved.Length == 0 || attempts == 0)
        {
            (moved.Length == 0 ? then : over)();
            return;
        }
        process.Call(s => s.Ledger, ledger =>
        {
            var renamed = Moves.Renamed(ledger, moved);
            if (moved.Any(p => !Says(Moves.WhyNot(p, moved, ledger)))) over();
            else process.Call(
                s => s.Settle(renamed with { Version = ledger.Version + 1 }),
                isWritten =>
                {
                    if (isWritten) then();
                    else Rename(moved, attempts - 1, then, over);
                }, over);
        }, over);
    }

    private void Do(Action<ModelStore> write, Action then, Action over) => process.Call(
        s =>
        {
            write(s);
            return true;
        }, _ => then(), over);

    private static void SaveSightings(ModelStore store, IEnumerable<(MemberPlace Place, Member Found)> members)
    {
        foreach (var (place, found) in members)
        {
            var row = store.RowOf(place.Key) ?? new StoredServer { Key = place.Key };
            store.Put(found.LastSeen is { } now ? row with { LastSeen = now with { Key = place.Key }, LastSeenAt = found.LastSeenAt } : row);
        }
    }

    private static void Declare(ModelStore store, StoredServer[] before, MemberPlace[] moved)
    {
        foreach (var place in moved)
            if (Array.Find(before, r => r.Key == place.MovedFrom) is { } from && store.RowOf(place.Key) is { } row)
                store.Put(place.Stored == place.MovedFrom || row.PromotionRule == PromotionRule.Neutral
                    ? row with { PromotionRule = from.PromotionRule, Downtime = from.Downtime } : row);
    }

    private static void Forget(ModelStore store, InstanceKey[] gone)
    {
        foreach (var key in gone) store.Remove(key);
    }

    // A name that nobody ever answered under, and that leads its replicas to a server known by another name.
    private void ForgetRumours(ModelStore store)
    {
        Member[] members = [.. store.Servers.Select(s => new Member { Key = s.Key, Outcome = s.LastSeen is { } seen ? new ProbeOutcome.Seen(seen) : new ProbeOutcome.Failed(ProbeFailureKind.Other, "never seen") })];
        var topology = new Topology(World.Cluster, process.Wall, members, "", store.Ledger);
        foreach (var rumour in members.Where(m => m.LastKnown is null && !topology.HasReplicas(m.Key))) store.Remove(rumour.Key);
    }

    // The watch of this process reads the store at once, the others in their turn.
    private void Told(Action over)
    {
        process.Watch.RefreshNow();
        over();
    }
}
