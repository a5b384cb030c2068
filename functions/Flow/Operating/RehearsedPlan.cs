using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What a step would send.</summary>
/// <param name="Says">The step in words.</param>
/// <param name="Sql">Its statements, secrets masked; empty where it sends none.</param>
public sealed record PlannedStatements(StepTarget Target, string Says, IReadOnlyList<string> Sql);

/// <summary>A plan that was rehearsed and not run: nothing was changed.</summary>
/// <param name="Plan">As its record would be, were every answer of a server as expected.</param>
/// <param name="NotChecked">What only the servers can say, when it is run.</param>
/// <param name="Statements">In the order in which they would be sent.</param>
public sealed record RehearsedPlan(
    Recovery Plan, ImmutableArray<string> NotChecked, ImmutableArray<PlannedStatements> Statements)
{
    /// <summary>It would succeed, as far as that can be known before.</summary>
    [JsonIgnore]
    public bool IsPromising => Plan.Outcome is { IsSuccess: true } && NotChecked.IsEmpty;

    /// <param name="topology">What it was rehearsed on.</param>
    /// <param name="steps">Says what each step would send.</param>
    public static RehearsedPlan Of(Recovery plan, Topology topology, IStepRunner steps)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(steps);
        var planned = plan.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step);
        return new(
            plan, Core.Rehearsing.NotChecked.Of(plan, topology),
            [.. planned.Select(s => new PlannedStatements(s.Target, s.Says, steps.Preview(s, topology)))]);
    }

    /// <summary>For people, with every reason and statement.</summary>
    public static string Tell(RehearsedPlan rehearsed, Topology topology, IStepRunner steps)
    {
        ArgumentNullException.ThrowIfNull(rehearsed);
        ArgumentNullException.ThrowIfNull(steps);
        var left = string.Concat(rehearsed.NotChecked.Select(n => $"  - {n}\n"));
        return "REHEARSAL: nothing was changed\n"
            + RecoveryText.Tell(rehearsed.Plan, step => steps.Preview(step.Step, topology))
            + (left.Length > 0 ? $"Not checked:\n{left}" : "");
    }
}
