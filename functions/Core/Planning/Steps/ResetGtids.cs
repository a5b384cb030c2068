using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Deletes all binary logs of a server and makes it say that it has executed these GTIDs and no others (RESET BINARY
/// LOGS AND GTIDS, then gtid_purged). Its data stay as they are. MySQL only; its threads have to stand still.
/// </summary>
/// <param name="Keep">What it has executed afterwards.</param>
public sealed record ResetGtids(StepTarget Target, GtidSet Keep) : ServerStep(Target)
{
    /// <summary>What it had executed when this was planned: one that has executed more by now is not told so.</summary>
    public GtidSet Executed { get; init; } = GtidSet.Empty;

    public override string Says => $"Delete the binary logs of {Target.Key}, and let it have executed {Keep} only";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.Gtid.Executed is GtidSet executed && executed == Keep;

    public override Topology Effect(Topology topology) =>
        Change(topology, i => i with { Gtid = i.Gtid with { Executed = Keep, Purged = Keep } });
}
