using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>
/// Lets a server or a whole cluster go. It excludes recoveries of the cluster and discoveries by their leases. Records
/// of recoveries stay; what they left to be seen to about it is dropped and told.
/// </summary>
public sealed class OperatorForget(
    VerbPorts ports, IRecoveryStore recoveries, IClusterLease leases, DiscoveryLease discovery, ReadTopology live,
    ForgetLimits limits)
{
    /// <param name="name">A cluster by id or alias, or a server by any of its names.</param>
    /// <param name="isForced">Also what is alive.</param>
    public async Task<OperationAnswer> RunAsync(string name, bool isForced, string actor, CancellationToken cancel)
    {
        var (named, refusal) = (await ports.Names.ReadAsync(cancel)).Either(name);
        if (named is null) return OperationAnswer.BadInput(refusal!);
        await using var finding = await discovery.TakeAsync(cancel);
        if (finding is null) return OperationAnswer.Refused(DiscoveryLease.Taken);
        await using var acting = await LeaseKeeper.TryTakeAsync(
            leases, named.Cluster.Id.Value, limits.Holder, limits.LeaseLength, ports.Time, cancel);
        if (acting is null)
            return OperationAnswer.Refused(
                $"a recovery of cluster {named.Cluster.Name} is being run", "wait until it has ended");
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, acting.Lost, finding.Lost);
        try
        {
            return await RunAsync(named, isForced, actor, both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return OperationAnswer.Refused(
                "it was stopped, because its lease could not be renewed in storage",
                "look at topology, and say it again");
        }
    }

    private async Task<OperationAnswer> RunAsync(Named named, bool isForced, string actor, CancellationToken cancel)
    {
        var id = named.Cluster.Id;
        if (await live.ReadAsync(id, _ => limits.ProbeTimeout, cancel) is not var (topology, _))
            return OperationAnswer.Refused($"cluster {named.Cluster.Name} was forgotten meanwhile");
        if (await WhyNotAsync(named, topology, isForced, cancel) is { } refusal)
            return OperationAnswer.Refused(refusal);
        var ledger = await recoveries.ReadLedgerAsync(id, cancel);
        var dropped = named.Server is { } key ? Forgetting.DebtsOf(ledger, key) : ledger.Entries;
        await ports.WriteAsync(actor, "forget", id, named.Server, Told(dropped), cancel);
        if (!await DropAsync(id, ledger, dropped, isAll: named.Server is null, cancel))
            return OperationAnswer.Refused("what is owed in the cluster was changed meanwhile", "say it again");
        InstanceKey[] keys = named.Server is { } one ? [one] : [.. topology.Members.Select(m => m.Key)];
        await ports.Topologies.ForgetAsync(id, keys, cancel);
        ports.Declared();
        return OperationAnswer.Done(Says(named, topology, keys, dropped));
    }

    private async Task<Refusal?> WhyNotAsync(Named named, Topology topology, bool isForced, CancellationToken cancel)
    {
        var now = ports.Time.GetUtcNow();
        if ((await recoveries.ReadHistoryAsync(named.Cluster.Id, now, now, cancel)).Active is { } active)
            return new(
                $"recovery {active.Id} of cluster {named.Cluster.Name} has not ended",
                $"wait for its end, or cancel {active.Id}");
        if (topology.Ledger.Problem.Length > 0 && !(isForced && named.Server is null))
            return new(
                $"the ledger of the cluster cannot be read by this version: {topology.Ledger.Problem}",
                "run a version that can");
        if (isForced) return null;
        return named.Server is { } key ? Forgetting.WhyNot(topology, key) : Forgetting.WhyNot(topology);
    }

    // False when somebody else has written it since it was read.
    private async Task<bool> DropAsync(
        ClusterId id, Ledger ledger, ImmutableArray<LedgerEntry> dropped, bool isAll, CancellationToken cancel)
    {
        if (dropped.IsEmpty && !(isAll && ledger.Problem.Length > 0)) return true;
        var left = ledger.Without(dropped.Contains) with { Version = ledger.Version + 1, Problem = "", Running = "" };
        if (!await recoveries.SettleAsync(id, left, cancel)) return false;
        await ports.Topologies.NoteLedgerAsync(id, !left.SaysNothing, cancel);
        return true;
    }

    private string Says(Named named, Topology topology, InstanceKey[] keys, ImmutableArray<LedgerEntry> dropped)
    {
        var isLast = named.Server is not null && topology.Members.Length == 1;
        var what = named.Server is { } key ? $"{key}" : $"cluster {named.Cluster.Name} ({named.Cluster.Id})";
        var says = $"{what} is forgotten" + (isLast ? $", and its cluster {named.Cluster.Name} with it" : "");
        if (dropped.Length > 0) says += $"\nNobody sees to this any more: {Told(dropped)}";
        var again = named.Server is { } one ? Forgetting.WhyNot(topology, one) : null;
        if (again is not null) says += $"\nIt may come back: {again.Because}";
        string[] found = [.. keys.Where(limits.Seeds.Contains).Select(k => $"{k}")];
        return found.Length == 0 ? says
            : $"{says}\nDiscovery:Seeds names {string.Join(", ", found)}: "
                + "take it out there, or it is found again at the next start";
    }

    private static string Told(ImmutableArray<LedgerEntry> dropped) => string.Join("; ", dropped.Select(e => e.Says));
}
