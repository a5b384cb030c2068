using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

public sealed class OperatorDiscoveryTests
{
    [Theory]
    [InlineData("")]
    [InlineData("shop")]
    [InlineData("shop of Zürich (EU)")]
    public void An_alias_is_up_to_sixty_characters(string alias) => Assert.Null(OperatorDiscovery.WhyNotAlias(alias));

    [Theory]
    [InlineData("a/b", "alias 'a/b': expected up to 60 characters without slashes and control characters")]
    [InlineData(@"a\b", @"alias 'a\b': expected")]
    [InlineData("a\nb", "alias 'a?b': expected")]
    public void An_alias_that_cannot_stand_in_a_path_or_on_a_line_is_refused(string alias, string problem) =>
        Assert.StartsWith(problem, OperatorDiscovery.WhyNotAlias(alias), StringComparison.Ordinal);

    [Fact]
    public void A_longer_alias_is_refused_and_cut_where_it_is_shown()
    {
        Assert.Null(OperatorDiscovery.WhyNotAlias(new string('a', 60)));
        Assert.StartsWith($"alias '{new string('a', 60)}…': expected", OperatorDiscovery.WhyNotAlias(new string('a', 61)), StringComparison.Ordinal);
    }

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

    private static void Simulate(
        Action<SimulatedTime, Memory, World, OperatorDiscovery> test, IInstanceProbe? probe = null) => SimulatedTime.Run(World.Noon, simulated =>
    {
        var (memory, world) = (new Memory(simulated.Time), new World());
        var discover = new DiscoverInstances(probe ?? world, memory, memory, TimeSpan.FromSeconds(2), simulated.Time, NullLogger.Instance);
        test(simulated, memory, world, new OperatorDiscovery(discover, memory, memory, "p1", TimeSpan.FromSeconds(10), (_, _) => Task.CompletedTask, simulated.Time));
    });
}
