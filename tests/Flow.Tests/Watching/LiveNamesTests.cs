using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Watching;

public sealed class LiveNamesTests
{
    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly Topology shop = new World().Now;

    [Fact]
    public void A_name_that_moved_to_another_cluster_is_found_there_at_once()
    {
        var names = new LiveNames(time);
        Assert.Equal(World.Cluster, names.Find("shop", [View("shop", World.Cluster), View("", Other)])!.Topology.Cluster);
        Assert.Equal(Other, names.Find("shop", [View("", World.Cluster), View("shop", Other)])!.Topology.Cluster);
    }

    [Fact]
    public void A_name_that_two_clusters_have_means_none_of_them_a_second_later_at_the_latest()
    {
        var names = new LiveNames(time);
        Assert.NotNull(names.Find("shop", [View("shop", World.Cluster), View("", Other)]));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(names.Find("shop", [View("shop", World.Cluster), View("shop", Other)]));
    }

    private static ClusterId Other { get; } = new("c-other");

    private ClusterView View(string alias, ClusterId id) => new(
        new Topology(id, World.Noon, shop.Members, alias, shop.Ledger), null);
}
