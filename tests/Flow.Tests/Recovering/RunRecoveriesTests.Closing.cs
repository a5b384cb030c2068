using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <content>A second writer that is to be closed while the lease of its cluster is somebody's.</content>
public sealed partial class RunRecoveriesTests
{
    private static readonly InstanceKey Db4 = new("db4", 3306);

    [Fact]
    public void A_second_writer_is_closed_as_soon_as_an_ended_recovery_gives_the_lease_back() => Simulate((simulated, shared, process) =>
    {
        var closing = FormerPrimaryIsOpen(shared);
        var lease = shared.TryAcquireAsync(World.Cluster.Value, "its last statement hangs", LeaseLength, default).Result!;
        process.Runs.Begin(closing, world.Now);
        process.Runs.Begin(closing with { Id = "f6" }, world.Now);
        simulated.Advance(3 * Second);
        Assert.False(world.Now[Db4]!.Current!.ReadOnly);

        simulated.Await(shared.ReleaseAsync(lease, default));
        simulated.Until(() => world.Now[Db4]!.Current!.ReadOnly, 3 * Second);
        simulated.Until(() => process.Runs.UnderWay == 0, 3 * Second);
        Assert.Single(shared.ReadRecentAsync(World.Cluster, 10, default).Result);
    });

    [Fact]
    public void A_second_writer_is_left_to_the_recovery_that_runs() => Simulate((simulated, shared, process) =>
    {
        var closing = FormerPrimaryIsOpen(shared);
        Leave(shared, World.Cluster);
        Assert.NotNull(shared.TryAcquireAsync(World.Cluster.Value, "elsewhere", TimeSpan.FromHours(1), default).Result);
        process.Runs.Begin(closing, world.Now);
        simulated.Until(() => process.Runs.UnderWay == 0, 3 * Second);
        Assert.Null(shared.ReadAsync(closing.Id, default).Result);
    });

    private Failure FormerPrimaryIsOpen(Memory shared)
    {
        world.Revive(World.Primary);
        world.Put(t => t.With(t[Db4]! with { IsFormerPrimary = true }));
        world.Revive(Db4, i => i with { Links = [], ReadOnly = false, SuperReadOnly = false });
        shared.Store(world.Now);
        shared.MarkFormer(Db4);
        return new Failure(
            "f5", World.Cluster, Db4, AnalysisCode.ReturnedPrimary, PlanKinds.FenceFormerPrimary,
            "A former primary accepts writes", ["it is open"], World.Noon);
    }
}
