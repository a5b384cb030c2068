using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>A world as it looks from one place: some servers may be out of reach from there.</summary>
internal sealed class Sight(World world) : IInstanceProbe, ISessionKeeper
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

    public Task PractiseLossAsync(CancellationToken cancel) => world.PractiseLossAsync(cancel);
}
