using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

public sealed class OperatorDiscoveryTests
{
    [Fact]
    public void Who_asked_for_what_is_written_down_before_anything_is_probed() => Simulate((simulated, memory, world, discovery) =>
    {
        simulated.Await(discovery.RunAsync([World.Primary], "shop", "dana", default));
        Assert.Equal(new AuditEntry(World.Noon, "dana", "discover", null, World.Primary, "db1:3306, alias shop"), Assert.Single(memory.Entries));
        Assert.Equal("shop", Assert.Single(memory.ReadAllAsync(default).Result).Alias);
    });

    [Fact]
    public void It_waits_some_seconds_for_another_discovery_and_then_runs() => Simulate((simulated, memory, world, discovery) =>
    {
        var other = memory.TryAcquireAsync(DiscoverInstances.LeaseName, "another", TimeSpan.FromMinutes(1), default).Result!;
        var asking = discovery.RunAsync([World.Primary], "", "dana", default);
        simulated.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(world.Looks);
        memory.ReleaseAsync(other, default);
        simulated.Until(() => asking.IsCompleted, TimeSpan.FromSeconds(2));
        Assert.Single(asking.Result.Discovery!.Clusters);
    });

    [Fact]
    public void While_another_discovery_goes_on_it_is_refused_and_nothing_is_written() => Simulate((simulated, memory, world, discovery) =>
    {
        Assert.NotNull(memory.TryAcquireAsync(DiscoverInstances.LeaseName, "another", TimeSpan.FromMinutes(5), default).Result);
        var asking = discovery.RunAsync([World.Primary], "", "dana", default);
        simulated.Until(() => asking.IsCompleted, OperatorDiscovery.Patience + TimeSpan.FromSeconds(1));
        Assert.Null(asking.Result.Discovery);
        Assert.Contains("another process discovers", asking.Result.Refusal, StringComparison.Ordinal);
        Assert.Empty(memory.Entries);
        Assert.Empty(world.Looks);
    });

    [Fact]
    public void A_discovery_whose_lease_is_lost_is_stopped_and_says_so() => Simulate((simulated, memory, world, discovery) =>
    {
        var asking = discovery.RunAsync([World.Primary], "", "dana", default);
        simulated.Settle();
        memory.Steal(DiscoverInstances.LeaseName);
        simulated.Until(() => asking.IsCompleted, TimeSpan.FromSeconds(10));
        Assert.Contains("its lease could not be renewed", asking.Result.Refusal, StringComparison.Ordinal);
    }, new Silent().Of<IInstanceProbe>());

    [Fact]
    public void An_alias_that_another_cluster_has_is_not_given_and_the_cluster_is_stored() => Simulate((simulated, memory, world, discovery) =>
    {
        memory.SaveClusterAsync(new("c-other"), "shop", default);
        simulated.Await(discovery.RunAsync([World.Primary], "SHOP", "dana", default));
        Assert.Equal(["", "shop"], memory.ReadAllAsync(default).Result.Select(c => c.Alias).Order());
    });

    [Fact]
    public void Of_two_clusters_the_first_one_gets_the_alias_and_the_other_is_told_of() => Simulate((simulated, memory, world, discovery) =>
    {
        var lonely = new InstanceKey("db9", 3306);
        world.Put(t => t.With([Member.SeenAs(World.Server("db9", null, false) with { ReportedReplicas = [] }, World.Noon)], World.Noon));
        var asking = discovery.RunAsync([lonely, World.Primary], "shop", "dana", default);
        simulated.Until(() => asking.IsCompleted, TimeSpan.FromMinutes(1));
        var found = asking.Result.Discovery!;
        Assert.Equal("shop", found.Clusters.Single(t => t[lonely] is not null).Alias);
        var other = found.Clusters.Single(t => t[lonely] is null);
        Assert.StartsWith($"cluster {other.Cluster} of db1:3306: alias 'shop' names cluster", Assert.Single(found.Refusals), StringComparison.Ordinal);
        Assert.Equal(["", "shop"], memory.ReadAllAsync(default).Result.Select(c => c.Alias).Order());
    });

    [Fact]
    public void A_member_that_storage_could_not_hold_is_told_with_its_reason()
    {
        var unstored = new Member { Key = World.Primary, Outcome = new ProbeOutcome.Failed(ProbeFailureKind.OwnError, "more than a row holds") };
        var gone = new Member { Key = new("db9", 3306), Outcome = new ProbeOutcome.Failed(ProbeFailureKind.OwnError, "no sense") };
        var found = new Discovery([new Topology(World.Cluster, World.Noon, [unstored, gone])], [], ["db9:3306 was mentioned and not seen: no sense"]);
        Assert.Equal(["db1:3306: more than a row holds"], OperatorDiscovery.NotStored(found));
    }

    private static void Simulate(
        Action<SimulatedTime, Memory, World, OperatorDiscovery> test, IInstanceProbe? probe = null) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var (memory, world) = (new Memory(simulated.Time), new World());
        var discover = new DiscoverInstances(probe ?? world, memory, memory, new MoveRight(memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(2), simulated.Time, NullLogger.Instance);
        test(simulated, memory, world, new OperatorDiscovery(
            discover, memory, memory, new DiscoveryLease(memory, "p1", TimeSpan.FromSeconds(10), simulated.Time), (_, _) => Task.CompletedTask, simulated.Time));
    });
}
