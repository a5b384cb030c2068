using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>Carries out one step on its server.</summary>
public interface IStepRunner
{
    /// <summary>
    /// Carries it out as <see cref="StepMachine"/> says: looks first, so that a step already true is a success and
    /// sends nothing. Returns within about the step's timeout. Never throws for what a server or network does.
    /// </summary>
    /// <param name="topology">As it was looked at at <see cref="StepTerms.SeenAt"/>.</param>
    /// <param name="terms">Until when something may be sent, by the clock that this process's rooms share.</param>
    Task<StepResult> RunAsync(PlannedStep step, Topology topology, StepTerms terms, CancellationToken cancel);

    /// <summary>
    /// Walks on this server the way of a step that opens it, up to the statement that would: what that costs the first
    /// time is paid. It changes nothing. Best effort, never throws for a server.
    /// </summary>
    /// <param name="isToBeOpened">
    /// A recovery of ours is going to open it: idle sessions of other processes, which that would end, are ended now.
    /// Else nothing is ended.
    /// </param>
    Task PractiseAsync(InstanceKey key, TimeSpan within, CancellationToken cancel, bool isToBeOpened = false);

    /// <summary>The statements the step would send to this server, secrets masked.</summary>
    IReadOnlyList<string> Preview(PlanStep step, Topology topology);
}
