using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Rehearsing;

/// <summary>
/// Whether a plan would be refused, without telling what it would do: what a rehearsal of it answers, as fast as a list
/// of everything that can be done needs it. Pure; every rule is the planner's. Not safe for concurrent use.
/// </summary>
/// <param name="topology">What it is judged by. For a dead primary the one that is seen is taken to be dead.</param>
public sealed class Foresight(Topology topology)
{
    private readonly Dictionary<bool, Topology> starts = [];

    /// <summary>
    /// Why a plan would not succeed; null when it would. One of many servers (<see cref="PlanKind.IsOfMany"/>) is asked
    /// whether it would begin: what it meets on its way is told by its rehearsal.
    /// </summary>
    /// <param name="plan">One that has not begun.</param>
    public Refusal? WhyNot(Recovery plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var start = StartOf(plan.Kind);
        return plan.Kind.IsOfMany
            ? Planner.Next(plan, start).Outcome?.WhyNot
            : Rehearsal.Run(plan, new SimulatedFleet(start)).Outcome?.WhyNot;
    }

    /// <summary>What a rehearsal takes for granted though it is seen otherwise; null for nothing.</summary>
    public string? Assumes(Recovery plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return ReferenceEquals(StartOf(plan.Kind), topology)
            ? null
            : $"{topology.Primary!.Key} is dead, which it is not as it was seen";
    }

    /// <summary>
    /// Why a plan would not begin with each of some targets: successors or new sources; null for one it would begin
    /// with. In the order of the targets.
    /// </summary>
    /// <param name="plan">One that has not begun, without a target.</param>
    public IEnumerable<(InstanceKey Target, Refusal? Refusal)> WhyNotTo(
        Recovery plan, IEnumerable<InstanceKey> targets)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var start = StartOf(plan.Kind);
        Func<InstanceKey, Refusal?> whyNot;
        if (Planner.WhyNoPlan(plan, start) is { } none) whyNot = _ => none;
        else whyNot = plan.Kind.WhyNotTo?.Invoke(plan, start)
            ?? (target => Planner.Next(plan with { Target = target }, start).Outcome?.WhyNot);
        return targets.Select(target => (target, whyNot(target)));
    }

    /// <summary>Why a plan would not begin whatever else is said with it; null when that depends on it.</summary>
    /// <param name="plan">One that has not begun, without what has to be said.</param>
    public Refusal? WhyNotWhatever(Recovery plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var start = StartOf(plan.Kind);
        return Planner.WhyNoPlan(plan, start) ?? (plan.Kind.WhyNotWhatever is { } whyNot
            ? whyNot(plan, start)
            : Planner.Next(plan, start).Outcome?.WhyNot);
    }

    // Kinds differ in nothing else there.
    private Topology StartOf(PlanKind kind)
    {
        if (starts.TryGetValue(kind.SubjectIsDead, out var known)) return known;
        return starts[kind.SubjectIsDead] = Rehearsal.StartOf(kind, topology);
    }
}
