using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Runs the steps of a plan that change what is kept about a server. Throws when the store is away: the stage stays as
/// it was stored, and whoever takes the recovery up runs it again.
/// </summary>
internal sealed class RunMarks(ITopologyStore topologies, TimeProvider time)
{
    public async Task<StepResult> RunAsync(
        ClusterId cluster, MarkStep step, Topology topology, CancellationToken cancel)
    {
        if (step.IsSatisfiedBy(topology)) return new StepResult(StepState.AlreadyTrue, TimeSpan.Zero);
        var began = time.GetTimestamp();
        await topologies.SetFormerPrimaryAsync(cluster, step.Target.Key, step is MarkFormerPrimary, cancel);
        return new StepResult(StepState.Done, time.GetElapsedTime(began));
    }
}
