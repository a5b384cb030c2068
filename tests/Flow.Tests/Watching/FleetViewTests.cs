using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Watching;

public sealed class FleetViewTests
{
    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly Memory memory;
    private readonly FleetView view;

    public FleetViewTests()
    {
        memory = new Memory(time);
        memory.Store(new World().Now);
        view = new FleetView(memory, time);
    }

    [Fact]
    public async Task A_stored_server_without_a_failure_counts_as_seen_and_one_with_a_failure_does_not()
    {
        var failed = (await memory.ReadAllAsync(default))[0].Members[0] with { LastFailure = "no answer" };
        await memory.SaveSightingsAsync(World.Cluster, [failed, new StoredMember(new InstanceKey("db9", 3306), null, null)], default);

        var topology = Assert.Single(await view.ReadAsync(default));
        Assert.Equal("no answer", Assert.IsType<ProbeOutcome.Failed>(topology[failed.Key]!.Outcome).Says);
        Assert.NotNull(topology[failed.Key]!.Known);
        Assert.Equal("never seen", Assert.IsType<ProbeOutcome.Failed>(topology[new InstanceKey("db9", 3306)]!.Outcome).Says);
        Assert.Equal(3, topology.Members.Count(m => m.IsSeen));
    }

    [Theory]
    [InlineData("c-test", true)]
    [InlineData("SHOP", true)]
    [InlineData("db3:3306", true)]
    [InlineData("db9:3306", false)]
    [InlineData("another", false)]
    public async Task A_cluster_is_found_by_id_alias_or_member(string hint, bool found)
    {
        await memory.SaveClusterAsync(World.Cluster, "shop", default);
        Assert.Equal(found, await view.FindAsync(hint, default) is not null);
    }

    [Fact]
    public async Task A_name_of_two_clusters_finds_neither()
    {
        await memory.SaveClusterAsync(World.Cluster, "shop", default);
        await memory.SaveClusterAsync(new ClusterId("c-other"), "shop", default);
        Assert.Null(await view.FindAsync("shop", default));
    }
}
