using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Settings;

public sealed class ShardTests
{
    private static readonly ClusterId[] Clusters = [.. Enumerable.Range(0, 1000).Select(i => ClusterId.FirstMetAt($"db{i}:3306"))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_cluster_is_in_one_shard_and_shards_are_about_as_large(int count)
    {
        var shards = Shard.Of(count).ToArray();
        Assert.All(Clusters, c => Assert.Single(shards, s => s.Holds(c)));
        Assert.All(shards, s => Assert.InRange(Clusters.Count(s.Holds), 1000 / count * 0.7, 1000.0 / count * 1.3));
    }

    // Processes of different versions must agree: these figures may never change.
    [Theory]
    [InlineData("c-test", 2, 0)]
    [InlineData("shop-1", 8, 3)]
    [InlineData("wiki-1", 3, 0)]
    [InlineData("c-other", 8, 1)]
    public void The_shard_of_a_cluster_is_the_same_for_ever(string cluster, int count, int index) =>
        Assert.Equal(index, Shard.IndexOf(new ClusterId(cluster), count));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 9)]
    [InlineData(2, 2)]
    [InlineData(-1, 2)]
    public void A_shard_outside_its_count_does_not_exist(int index, int count) => Assert.Throws<ArgumentOutOfRangeException>(() => new Shard(index, count));
}
