using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>
/// Says of every plan whether it can be made for a server or a cluster, by what is known already: no server is asked
/// and nothing is written. The planners judge (<see cref="Foresight"/>), as in a rehearsal. A plan that is run looks at
/// the servers again and may be refused all the same.
/// </summary>
/// <param name="fleet">What is known of the servers.</param>
public sealed class OperatorOptions(FleetView fleet, PlanDrafts drafts)
{
    /// <param name="server">A member of the cluster; null where the cluster is meant.</param>
    public async Task<OperationAnswer> TellAsync(
        ClusterId cluster, InstanceKey? server, string actor, CancellationToken cancel)
    {
        var (view, refusal) = await fleet.FindAsync(cluster.Value, cancel);
        if (view is null) return OperationAnswer.NotFound(refusal!);
        if (server is not null && view.Topology[server] is null)
            return OperationAnswer.NotFound(new($"{server} is not known here yet", "try again"));
        var options = Of(view.Topology, server, actor);
        return OperationAnswer.Done(options.Says) with { Value = options };
    }

    /// <inheritdoc cref="TellAsync"/>
    public PlanOptions Of(Topology topology, InstanceKey? server, string actor)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var about = new Subject(topology, server is null ? null : topology[server]!.Key, actor, new(topology));
        var all = Operations.All.OfType<PlanOperation>()
            .Where(o => o.About?.Kind == (server is null ? ArgumentKind.Cluster : ArgumentKind.Server));
        return new(topology.Cluster, about.Key, topology.TakenAt, [.. all.Select(o => Of(o, about))]);
    }

    private PlanOption Of(PlanOperation operation, Subject about)
    {
        ImmutableArray<string> asks = [.. operation.Asks.Select(a => a.Key)];
        ImmutableArray<PlanTarget>? none = operation.Target.Length > 0 ? [] : null;
        if (drafts.Of(operation.Ask(about.Given(operation)), about.Topology) is not { } draft)
            return new(operation.Name, PlanDrafts.NoPrimary(about.Topology.Cluster), none, asks);
        var foresight = about.Foresight;
        if (asks.Length > 0) return new(operation.Name, foresight.WhyNotWhatever(draft), none, asks);
        if (none is null) return new(operation.Name, foresight.WhyNot(draft), null, asks);
        var others = about.Topology.Members.Select(m => m.Key).Where(k => k != draft.Subject);
        ImmutableArray<PlanTarget> targets =
            [.. foresight.WhyNotTo(draft, others).Select(t => new PlanTarget(t.Target, t.Refusal))];
        var isNamed = operation.Arguments.Any(a => a.IsRequired && a.Name == operation.Target);
        var refusal = (isNamed ? null : foresight.WhyNot(draft)) ?? OfAll(targets, draft.Subject);
        return new(operation.Name, refusal, targets, asks) { Assumes = foresight.Assumes(draft) };
    }

    // A reason that stands for every target is one of the plan.
    private static Refusal? OfAll(ImmutableArray<PlanTarget> targets, InstanceKey subject)
    {
        if (targets.IsEmpty) return new($"no other server of the cluster of {subject} is known", "discover HOST:PORT");
        if (targets.Any(t => t.Refusal is null)) return null;
        var shared = targets.MinBy(t => t.Refusal!.Because.Length)!.Refusal!;
        return targets.All(t => Begins(t.Refusal!.Because, shared.Because)) ? shared : null;
    }

    private static bool Begins(string text, string reason) =>
        text == reason || text.StartsWith(reason + "; ", StringComparison.Ordinal);

    private sealed record Subject(Topology Topology, InstanceKey? Key, string Actor, Foresight Foresight)
    {
        public Given Given(PlanOperation operation) => Operating.Given.Of(
            Actor, ImmutableDictionary<string, Named>.Empty.Add(
                operation.About!.Name, new(new(Topology.Cluster, Topology.Alias, []), Key)));
    }
}
