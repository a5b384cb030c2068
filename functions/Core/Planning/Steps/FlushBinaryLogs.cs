using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>Lets a server begin a new file of its binary log.</summary>
public sealed record FlushBinaryLogs(StepTarget Target) : ServerStep(Target)
{
    public override string Says => $"Let {Target.Key} begin a new binary log file";

    public override bool LeavesNoTrace => true;

    public override bool IsSatisfiedBy(Instance instance) => false;

    public override Topology Effect(Topology topology) => topology;
}
