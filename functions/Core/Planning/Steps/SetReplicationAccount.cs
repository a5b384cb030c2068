using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Tells a link whose receiver stands still the account of MySql:ReplicationUser and MySql:ReplicationPassword. The
/// password is no part of the step: whoever carries it out has it. No server tells the password it has, so this is
/// never seen to be so.
/// </summary>
public sealed record SetReplicationAccount(StepTarget Target) : ServerStep(Target)
{
    public override string Says => $"Let {Target} log in at its source with the configured replication account";

    public override bool LeavesNoTrace => true;

    public override bool IsSatisfiedBy(Instance instance) => false;

    public override Topology Effect(Topology topology) => topology;
}
