using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>Runs the steps of one stage, and compares what they foretold with what is seen afterwards.</summary>
internal sealed class RunStage(IStepRunner runner, RunMarks marks, ILogger logger)
{
    // Targets side by side, the steps of one server one after another: each finds what the one before it left.
    public async Task<StepResult[]> RunAsync(
        Recovery recovery, ImmutableArray<PlannedStep> steps, Topology topology, CancellationToken cancel)
    {
        var results = new StepResult[steps.Length];
        await Task.WhenAll(Enumerable.Range(0, steps.Length).GroupBy(i => LineOf(steps[i].Step)).Select(async line =>
        {
            // The topology shows each server as it was before its first step.
            foreach (var i in line)
                results[i] = await RunStepAsync(recovery, steps[i], topology, isFresh: i == line.First(), cancel);
        }));
        return results;
    }

    /// <summary>The topology with the marks that the stage has set: no probe shows them.</summary>
    public static Topology WithMarks(PlanStage stage, Topology topology) =>
        stage.Steps.Select(s => s.Step).OfType<MarkStep>().Aggregate(topology, (t, mark) => mark.Effect(t));

    public static ImmutableArray<string> Findings(PlanStage stage, StepResult[] results, Topology seen) =>
    [
        .. stage.Steps.Zip(results).Where(p => p.Second.IsSuccess && IsNotShown(p.First.Step, seen))
            .Select(p => $"{p.First.Step.Says}: the server said it was done, and a probe afterwards does not show it"),
    ];

    private static (bool IsMark, InstanceKey Key) LineOf(PlanStep step) => (step is MarkStep, step.Target.Key);

    private static bool IsNotShown(PlanStep step, Topology seen) =>
        seen[step.Target.Key] is { IsSeen: true } && !step.IsSatisfiedBy(seen);

    private async Task<StepResult> RunStepAsync(
        Recovery recovery, PlannedStep step, Topology topology, bool isFresh, CancellationToken cancel)
    {
        if (step.Step is MarkStep mark) return await marks.RunAsync(recovery.Cluster, mark, topology, cancel);
        var result = await runner.RunAsync(step, topology, cancel, isFresh);
        if (!result.IsSuccess && result.State != StepState.Queued) logger.StepFailed(recovery.Id, step.Step.Says, result.Says);
        return result;
    }
}
