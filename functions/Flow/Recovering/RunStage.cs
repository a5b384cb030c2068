using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>Runs the steps of one stage, and compares what they foretold with what is seen afterwards.</summary>
internal sealed class RunStage(IStepRunner runner, ILogger logger)
{
    // Servers side by side, the steps of one server one after another: each finds what the one before it left.
    public async Task<StepResult[]> RunAsync(Recovery recovery, ImmutableArray<PlannedStep> steps, Topology topology, CancellationToken cancel)
    {
        var results = new StepResult[steps.Length];
        await Task.WhenAll(Enumerable.Range(0, steps.Length).GroupBy(i => steps[i].Step.On).Select(async server =>
        {
            // The topology shows each server as it was before its first step.
            foreach (var i in server) results[i] = await RunStepAsync(recovery, steps[i], topology, isFresh: i == server.First(), cancel);
        }));
        return results;
    }

    public static ImmutableArray<string> Findings(PlanStage stage, StepResult[] results, Topology seen) =>
    [
        .. stage.Steps.Zip(results).Where(p => p.Second.IsSuccess && seen[p.First.Step.On]?.Now is { } now && !p.First.Step.IsTrueOf(now))
            .Select(p => $"{p.First.Step.Says}: the server said it was done, and a probe afterwards does not show it"),
    ];

    private async Task<StepResult> RunStepAsync(Recovery recovery, PlannedStep step, Topology topology, bool isFresh, CancellationToken cancel)
    {
        var result = await runner.RunAsync(step, topology, cancel, isFresh);
        if (!result.IsSuccess && result.State != StepState.Queued) logger.StepFailed(recovery.Id, step.Step.Says, result.Says);
        return result;
    }
}
