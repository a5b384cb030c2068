using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>A plan an operator asks for.</summary>
/// <param name="Subject">
/// The server it is about; null for the primary, whichever it is, where the kind means that one.
/// </param>
/// <param name="Target">The successor, null for the best one; of a move the new source.</param>
/// <param name="By">Who asks.</param>
public sealed record OperationRequest(
    ClusterId Cluster, PlanKind Kind, InstanceKey? Subject, InstanceKey? Target, string By)
{
    /// <summary>What is said with it.</summary>
    public OperatorRequest Request { get; init; } = new("");

    /// <summary>Why it does not begin beside a recovery that runs; null when that one makes way for it.</summary>
    public Refusal? WhyNotBeside(Recovery active)
    {
        ArgumentNullException.ThrowIfNull(active);
        return Kind.IsFailover && active.Kind.YieldsToFailover ? null : Running(active);
    }

    /// <summary>Why nothing else begins in a cluster while a recovery runs.</summary>
    public static Refusal Running(Recovery active)
    {
        ArgumentNullException.ThrowIfNull(active);
        return new($"recovery {active.Id} of this cluster is running", $"the end of recovery {active.Id}");
    }
}
