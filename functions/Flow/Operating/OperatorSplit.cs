using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>
/// Makes a writer that follows nobody, with what follows it, a cluster of its own (decision 0031). On servers it
/// changes nothing: replication was cut before, by a person.
/// </summary>
public sealed class OperatorSplit(
    VerbPorts ports, OperatorDiscovery discovery, OperatorAlias aliases, ReadTopology live, TimeSpan probeTimeout)
{
    /// <param name="name">The server by any of its names.</param>
    /// <param name="alias">Of the new cluster; empty: it has none.</param>
    public async Task<OperationAnswer> RunAsync(string name, string alias, string actor, CancellationToken cancel)
    {
        if (Alias.WhyNot(alias) is { } wrong) return OperationAnswer.BadInput(wrong);
        var names = await ports.Names.ReadAsync(cancel);
        var (named, unknown) = names.Server(name);
        if (named is null) return OperationAnswer.BadInput(unknown!);
        var (from, server) = (named.Cluster, named.Server!);
        if (await WhyNotAsync(from.Id, server, cancel) is { } refusal) return OperationAnswer.Refused(refusal);
        var taken = alias.Length > 0 ? Alias.WhyNot(alias, new ClusterId("c-new"), names.Clusters) : null;
        if (taken is not null) return OperationAnswer.Refused(taken);

        var (found, why) = await discovery.RunAsync([server], "", actor, cancel);
        if (found is null) return OperationAnswer.Refused(why);
        var home = (await ports.Names.ReadAsync(cancel)).Server(server.ToString()).Server?.Cluster;
        if (home is null || home.Id == from.Id) return OperationAnswer.Refused(WhyStayed(found, from, server));
        var says = $"{server} and what follows it are cluster {home.Id} now; before they were of cluster {from.Name}";
        if (alias.Length == 0) return OperationAnswer.Done(says);
        var called = await aliases.SetAsync(home.Id.Value, alias, actor, cancel);
        return OperationAnswer.Done($"{says}; {called.Refusal?.Says ?? called.Says}");
    }

    private async Task<Refusal?> WhyNotAsync(ClusterId id, InstanceKey server, CancellationToken cancel)
    {
        if (await live.ReadAsync(id, _ => probeTimeout, cancel) is not var (topology, _))
            return new($"cluster {id} was forgotten meanwhile");
        if (topology[server] is not { Current: { } now } member)
            return new(
                $"{server} cannot be seen, and its own answer tells what follows it", $"access to {server} from here");
        if (!now.KnowsLinks) return new($"{server} does not tell whom it follows", $"an answer of {server} to that");
        if (topology.SourcesOf(member) is [var source, ..])
            return new($"{server} follows {source.Key}", $"STOP REPLICA and RESET REPLICA ALL on {server}, where that is meant");
        if (!now.AcceptsWrites)
            return new($"{server} refuses writes, and a cluster hangs below a writer", $"read_only=OFF on {server}");
        return topology.Ledger.IsSettled
            ? null
            : new(
                $"a recovery left something open in cluster {id}", $"its end: look at topology {id} and analysis {id}");
    }

    private static Refusal WhyStayed(Discovery found, NamedCluster from, InstanceKey server) => found.Refusals.IsEmpty
        ? new($"{server} has most servers of cluster {from.Name}, and that part keeps the cluster", "a server of the other part")
        : new(string.Join("; ", found.Refusals));
}
