using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests.Running;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

public sealed class CountedProbeTests
{
    [Fact]
    public async Task A_look_finds_what_the_probe_beneath_finds_and_is_counted_once()
    {
        var world = new World();
        IInstanceProbe probe = new CountedProbe(world, TimeProvider.System);
        using var measured = new Measured();
        var outcome = await probe.ProbeAsync(World.Primary, TimeSpan.FromSeconds(1), default);
        Assert.Equal(World.Primary, outcome.Sighted!.Key);
        Assert.Single(measured.All, "orchestrator.discoveries{} 1");
        Assert.Contains(measured.All, m => m.StartsWith("orchestrator.probe.duration{result=seen} ", StringComparison.Ordinal));
        Assert.DoesNotContain(measured.All, m => m.StartsWith("orchestrator.discovery.errors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_look_is_passed_on()
    {
        var world = new World();
        IInstanceProbe probe = new CountedProbe(world, TimeProvider.System);
        using var measured = new Measured();
        Assert.Equal(await ((IInstanceProbe)world).ReplicaHostsAsync(World.Primary, TimeSpan.FromSeconds(1), default), await probe.ReplicaHostsAsync(World.Primary, TimeSpan.FromSeconds(1), default));
        Assert.Equal(await world.AmbiguityAsync(World.Primary, TimeSpan.FromSeconds(1), default), await probe.AmbiguityAsync(World.Primary, TimeSpan.FromSeconds(1), default));
        world.Logs = [("log.000001", "")];
        Assert.Equal(1, (await probe.SearchLogsAsync(World.Primary, LogSearch.For(GtidSet.Empty, GtidSet.Empty), TimeSpan.FromSeconds(1), default)).Files);
        probe.Forget(World.Primary);
        Assert.Empty(measured.All);
    }
}
