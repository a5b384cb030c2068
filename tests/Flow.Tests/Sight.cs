using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>A world as it looks from one place: some servers may be out of reach from there.</summary>
internal sealed class Sight(World world) : ISight
{
    private volatile bool isCut;

    /// <summary>The network between this place and the primary parts, or is whole again.</summary>
    public bool IsCutFromPrimary
    {
        get => isCut;
        set => isCut = value;
    }

    public async Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) =>
        isCut && key == World.Primary ? new ProbeOutcome.Failed(ProbeFailureKind.Refused, "no route to host") : await world.ProbeAsync(key, timeout, cancel);

    public Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) => world.AmbiguityAsync(key, timeout, cancel);

    public void Forget(InstanceKey key) => world.Forget(key);

    public Task<string> HoldAsync(InstanceKey key, CancellationToken cancel) => world.HoldAsync(key, cancel);

    public Task WarmAsync(InstanceKey key, CancellationToken cancel) => world.WarmAsync(key, cancel);

    public Task<StepResult> RunAsync(PlannedStep step, Topology topology, StepTerms terms, CancellationToken cancel) =>
        world.RunAsync(step, topology, terms, cancel);

    public IReadOnlyList<string> Preview(PlanStep step, Topology topology) => world.Preview(step, topology);

    public Task PractiseAsync(InstanceKey key, TimeSpan within, CancellationToken cancel, bool isToBeOpened = false) =>
        world.PractiseAsync(key, within, cancel, isToBeOpened);

    public Task PractiseLossAsync(CancellationToken cancel) => world.PractiseLossAsync(cancel);
}
