using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>Gives a cluster an alias, another one, or none. An alias names one cluster only.</summary>
public sealed class OperatorAlias(VerbPorts ports, DiscoveryLease discovery)
{
    /// <param name="name">The cluster, by id, by its alias so far, or by a server of it.</param>
    /// <param name="alias">Empty: it has none afterwards.</param>
    public async Task<OperationAnswer> SetAsync(string name, string alias, string actor, CancellationToken cancel)
    {
        if (Alias.WhyNot(alias) is { } wrong) return OperationAnswer.BadInput(wrong);
        await using var lease = await discovery.TakeAsync(cancel);
        if (lease is null) return OperationAnswer.Refused(DiscoveryLease.Taken);
        var names = await ports.Names.ReadAsync(cancel);
        var (cluster, refusal) = names.Cluster(name);
        return cluster is null
            ? OperationAnswer.BadInput(refusal!)
            : await SetAsync(names, cluster, alias, actor, cancel);
    }

    private async Task<OperationAnswer> SetAsync(
        NameBook names, NamedCluster cluster, string alias, string actor, CancellationToken cancel)
    {
        if (cluster.Alias == alias)
            return OperationAnswer.Refused(
                $"cluster {cluster.Id} has {(alias.Length > 0 ? $"the alias '{alias}' already" : "no alias")}");
        var taken = alias.Length > 0 ? Alias.WhyNot(alias, cluster.Id, names.Clusters) : null;
        if (taken is not null) return OperationAnswer.Refused(taken);
        var before = cluster.Alias.Length > 0 ? $", before '{cluster.Alias}'" : "";
        var says = alias.Length > 0 ? $"'{alias}'" : "none";
        await ports.WriteAsync(actor, "alias", cluster.Id, null, says + before, cancel);
        if (!await ports.Topologies.SetAliasAsync(cluster.Id, alias, cancel))
            return OperationAnswer.Refused($"cluster {cluster.Id} was forgotten meanwhile");
        ports.Declared();
        return OperationAnswer.Done($"the alias of cluster {cluster.Id} is {says}{before}");
    }
}
