using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// What operators ask for: a plan to read, or one to run. Both come from the same planner; a plan that is read touches
/// nothing.
/// </summary>
public sealed class RunOperation(
    ReadTopology live, RecoverCluster recover, RecoveryPolicy policy, TimeSpan probeTimeout,
    Random chance, TimeProvider time)
{
    private readonly PlanDrafts drafts = new(policy, chance, time);

    /// <summary>Null when no such cluster is stored.</summary>
    public Task<(Topology Topology, Downtime? Downtime)?> LookAsync(ClusterId cluster, CancellationToken cancel) =>
        live.ReadAsync(cluster, _ => probeTimeout, cancel);

    public async Task<Topology?> ReadAsync(ClusterId cluster, CancellationToken cancel) =>
        (await LookAsync(cluster, cancel))?.Topology;

    /// <summary>
    /// Rehearses a recovery on the cluster as it is now. For a dead primary, its primary is taken to be dead. Without a
    /// plan there is no single primary.
    /// </summary>
    /// <param name="subject">For a move: the server to move.</param>
    public Task<(Recovery? Plan, Topology? Topology)> PlanAsync(
        ClusterId cluster, PlanKind kind, InstanceKey? wanted, CancellationToken cancel, InstanceKey? subject = null) =>
        PlanAsync(new OperationRequest(cluster, kind, subject, wanted, "plan"), cancel);

    /// <inheritdoc cref="PlanAsync(ClusterId, PlanKind, InstanceKey, CancellationToken, InstanceKey)"/>
    public async Task<(Recovery? Plan, Topology? Topology)> PlanAsync(OperationRequest order, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(order);
        var topology = await ReadAsync(order.Cluster, cancel);
        if (topology is null || drafts.Of(order, topology) is not { } draft) return (null, topology);
        var start = Rehearsal.StartOf(order.Kind, topology);
        return (Rehearsal.Run(draft, new SimulatedFleet(start)), start);
    }

    /// <summary>
    /// Runs what an operator asks for. Another primary by now than the one that was meant to be relieved is a refusal.
    /// </summary>
    /// <param name="id">For one that may be asked for again: its id, so that it is begun once.</param>
    /// <param name="stages">How many stages to run at most; with 0 the first one is planned and stored.</param>
    public async Task<RunResult> RunAsync(
        OperationRequest order, CancellationToken cancel, string? id = null, int stages = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (await ReadAsync(order.Cluster, cancel) is not { } topology)
            return Refused($"cluster {order.Cluster} is not known");
        if (order.Kind.IsAboutPrimary)
        {
            if (topology.Primary is not { } primary) return NoPrimary(order.Cluster);
            if (order.Subject is not null && order.Subject != primary.Key)
                return Refused($"{primary.Key} is the primary by now, not {order.Subject}");
            order = order with { Subject = primary.Key };
        }
        if (drafts.Of(order, topology) is not { } seed)
            return order.Kind.MeansPrimary
                ? NoPrimary(order.Cluster)
                : Refused("it was not said which server is meant", "the name of the server");
        if (id is not null) seed = seed with { Id = id };
        return order.Kind.IsFailover
            ? await recover.Ordered.RunAsync(seed, cancel, stages)
            : await recover.RunAsync(seed, cancel, stages);
    }

    private static RunResult NoPrimary(ClusterId cluster) =>
        new(RunStatus.Refused, Refusal: PlanDrafts.NoPrimary(cluster));

    private static RunResult Refused(string because, string remedy = "") =>
        new(RunStatus.Refused, Refusal: new Refusal(because, remedy));
}
