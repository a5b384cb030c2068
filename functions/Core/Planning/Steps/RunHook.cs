using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Runs a hook: something of the operator's, outside of the servers. It stands alone in its stage, and is begun at most
/// once (S15).
/// </summary>
/// <param name="Target">The subject of the plan; nothing is done to it.</param>
public sealed record RunHook(StepTarget Target, HookPoint Point, string Name) : PlanStep(Target)
{
    /// <summary>Who takes the primary's place, as far as it is known then.</summary>
    public InstanceKey? Successor { get; init; }

    /// <summary>Replicas that the plan left behind; known at its end alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<InstanceKey> Lost { get; init; }

    /// <summary>It is begun and not waited for: what comes of it changes nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsInBackground { get; init; }

    /// <summary>It runs before anything is changed.</summary>
    [JsonIgnore]
    public bool IsBefore => HookPoints.IsBefore(Point);

    public override string Says => $"Run the hook {Name} ({HookPoints.NameOf(Point)}) of {Target.Key}";

    /// <summary>Who gives the plan up before anything is changed need not wait for it.</summary>
    public override bool OnlyWaits => IsBefore;

    public override bool LeavesNoTrace => true;

    public override bool IsSatisfiedBy(Topology topology) => false;

    public override Topology Effect(Topology topology) => topology;
}
