using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Deletes the files of a server's binary log that are older than one of them.</summary>
/// <param name="File">The oldest one that stays.</param>
public sealed record PurgeBinaryLogs(StepTarget Target, string File) : ServerStep(Target)
{
    public override string Says => $"Delete the binary logs of {Target.Key} before {File}";

    public override bool LeavesNoTrace => true;

    public override bool IsSatisfiedBy(Instance instance) => false;

    public override Topology Effect(Topology topology) => topology;
}
