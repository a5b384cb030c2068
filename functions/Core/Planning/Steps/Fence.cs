using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Withdraws a writer that may not be answering: the statement goes out on the session held open to it and takes effect
/// the moment the server runs again, whether or not an answer comes in time.
/// </summary>
public sealed record Fence(StepTarget Target) : ServerStep(Target)
{
    /// <summary>
    /// It accepted writes when last seen, or did not because a recovery or its restart had closed it
    /// (<see cref="Topology.IsMeantForWrites"/>): what a given-up plan opens again. A primary its operator had closed
    /// stays closed.
    /// </summary>
    public bool WasWritable { get; init; } = true;

    public override string Says => $"Fence {Target.Key}: make it read-only as soon as it can hear";

    /// <summary>A server that only waits for old commits to end accepts no new ones: that is fenced.</summary>
    public override bool IsSatisfiedBy(Instance instance) =>
        new SetReadOnly(Target).IsSatisfiedBy(instance with { IsReadOnlyPending = false });

    /// <summary>Nothing can be promised of a server that does not answer; a seen one becomes read-only.</summary>
    public override Topology Effect(Topology topology) =>
        topology[Target.Key]?.IsSeen == true ? new SetReadOnly(Target).Effect(topology) : topology;
}
