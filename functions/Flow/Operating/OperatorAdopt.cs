using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>
/// Takes a server that follows one of a cluster into that cluster, be it new or a member of another one (decision
/// 0031). On servers it changes nothing.
/// </summary>
public sealed class OperatorAdopt(
    VerbPorts ports, OperatorDiscovery discovery, IInstanceProbe probe, TimeSpan probeTimeout)
{
    /// <param name="name">The server by any of its names, or its address when it is not known yet.</param>
    /// <param name="by">The cluster, by id, alias or a server of it.</param>
    public async Task<OperationAnswer> RunAsync(string name, string by, string actor, CancellationToken cancel)
    {
        var names = await ports.Names.ReadAsync(cancel);
        var (cluster, unknown) = names.Cluster(by);
        if (cluster is null) return OperationAnswer.BadInput(unknown!);
        var known = names.Server(name).Server;
        if (known?.Cluster.Id == cluster.Id)
            return OperationAnswer.Refused($"{known.Server} is a member of cluster {cluster.Name} already");
        var key = known?.Server;
        if (key is null && !InstanceKey.TryParse(name, out key, out var problem))
            return OperationAnswer.BadInput(problem);
        if (await WhyNotAsync(key!, cluster, names, cancel) is { } refusal) return OperationAnswer.Refused(refusal);

        var (found, why) = await discovery.RunAsync([key!], "", actor, cancel);
        if (found is null) return OperationAnswer.Refused(why);
        var home = (await ports.Names.ReadAsync(cancel)).Server(key!.ToString()).Server?.Cluster;
        return home?.Id == cluster.Id
            ? OperationAnswer.Done($"{key} is a member of cluster {cluster.Name} now")
            : OperationAnswer.Refused(string.Join(
                "; ", [.. found.Refusals, .. found.Warnings, $"{key} did not join cluster {cluster.Name}"]));
    }

    private async Task<Refusal?> WhyNotAsync(
        InstanceKey key, NamedCluster cluster, NameBook names, CancellationToken cancel)
    {
        var outcome = await probe.ProbeAsync(key, probeTimeout, cancel);
        if (outcome is ProbeOutcome.Failed failed)
            return new($"{key} cannot be seen ({failed.Says}), and its own answer tells whom it follows", $"access to {key} from here");
        var links = outcome.Sighted!.Links.Where(l => !l.IsDetached).ToArray();
        if (links.Any(l => names.Server(l.Source.ToString(), cluster.Id).Server is not null)) return null;
        var follows = links.Length == 0 ? "nobody" : string.Join(", ", links.Select(l => l.Source));
        return new(
            $"{key} follows {follows}, and no server of cluster {cluster.Name}",
            $"CHANGE REPLICATION SOURCE TO on {key}, to a server of the cluster");
    }
}
