using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Records of plans that an operator asks for, before their first stage: the same for what is run, rehearsed and
/// foretold.
/// </summary>
public sealed class PlanDrafts(RecoveryPolicy policy, Random chance, TimeProvider time)
{
    /// <summary>Null where no server is meant: none was named, and there is no single primary.</summary>
    public Recovery? Of(OperationRequest order, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(topology);
        var subject = order.Subject ?? (order.Kind.MeansPrimary ? topology.Primary?.Key : null);
        return subject is null ? null : Of(order, topology, subject);
    }

    /// <summary>Why nothing can be planned where no server is meant.</summary>
    public static Refusal NoPrimary(ClusterId cluster) => new($"cluster {cluster} has no single primary");

    private Recovery Of(OperationRequest order, Topology topology, InstanceKey subject)
    {
        var (now, request) = (time.GetUtcNow(), order.Request);
        var because = request.Because.Length > 0 ? $": {request.Because}" : "";
        return new Recovery
        {
            Id = RecoveryIds.New(now, chance), Cluster = topology.Cluster, Kind = order.Kind, Actor = order.By,
            StartedAt = now, Subject = subject, Target = order.Target,
            Policy = request.Allowing(policy), Request = request,
            Sentence = order.Kind.WhenBegun(subject, order.Target) + because,
            Evidence = [.. request.Risks(order.By, subject)],
        };
    }
}
