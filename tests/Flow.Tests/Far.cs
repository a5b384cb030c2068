using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>A world in which one server is far away: a look at it that waits for less than its answer takes is in vain.</summary>
internal sealed class Far(World world, InstanceKey far, TimeSpan answersAfter) : IInstanceProbe
{
    public Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) =>
        key == far && timeout < answersAfter
            ? Task.FromResult<ProbeOutcome>(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer in time"))
            : world.ProbeAsync(key, timeout, cancel);

    public Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) =>
        world.AmbiguityAsync(key, timeout, cancel);

    public void Forget(InstanceKey key) => world.Forget(key);
}
