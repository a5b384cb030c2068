using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Commits empty transactions under given GTIDs, so that the server takes them as executed and never executes what they
/// stand for (manual, "Skipping Transactions With GTIDs"). MySQL only.
/// </summary>
public sealed record SkipTransactions(StepTarget Target, GtidSet Transactions) : ServerStep(Target)
{
    /// <summary>So many at most in one step: each is a commit of its own.</summary>
    public const int Most = 1000;

    public override string Says => $"Commit empty transactions on {Target.Key} in place of {Transactions}";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.Gtid.Executed is GtidSet executed && executed.Contains(Transactions);

    public override Topology Effect(Topology topology) => Change(topology, i => i.Gtid.Executed is GtidSet executed
        ? i with { Gtid = i.Gtid with { Executed = executed.Union(Transactions) } }
        : i);
}
