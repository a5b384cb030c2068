using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Withdraws a writer that may not be answering: the statement goes out on the session held open to it and takes effect
/// the moment the server runs again, whether or not an answer comes in time.
/// </summary>
public sealed record Fence(InstanceKey On) : PlanStep(On)
{
    public override string Says => $"Fence {On}: make it read-only as soon as it can hear";

    public override bool IsTrueOf(Instance instance) => new SetReadOnly(On).IsTrueOf(instance);

    /// <summary>Nothing can be promised of a server that does not answer; a seen one becomes read-only.</summary>
    public override Topology Effect(Topology topology) =>
        topology[On]?.IsSeen == true ? new SetReadOnly(On).Effect(topology) : topology;
}
