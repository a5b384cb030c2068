using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>Carries out one step on its server.</summary>
public interface IStepRunner
{
    /// <summary>
    /// Looks first: a step already true is a success and sends nothing. Returns within about the step's timeout.
    /// Never throws for what a server or network does.
    /// </summary>
    /// <param name="isFresh">The topology was seen this moment and nothing was done to the server since: it is look enough.</param>
    Task<StepResult> RunAsync(PlannedStep step, Topology topology, CancellationToken cancel, bool isFresh = false);

    /// <summary>The statements the step would send to this server, secrets masked.</summary>
    IReadOnlyList<string> Preview(PlanStep step, Topology topology);
}
