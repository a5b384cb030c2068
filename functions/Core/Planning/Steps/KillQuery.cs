using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Ends the statement that a session of a server runs; the session stays.</summary>
/// <param name="Session">Its number in the server's process list.</param>
public sealed record KillQuery(StepTarget Target, long Session) : ServerStep(Target)
{
    public override string Says => $"End the statement of session {Session} on {Target.Key}";

    public override bool LeavesNoTrace => true;

    public override bool IsSatisfiedBy(Instance instance) => false;

    public override Topology Effect(Topology topology) => topology;
}
