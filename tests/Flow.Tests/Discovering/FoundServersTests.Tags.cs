using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

/// <content>Tags go with the server: to another address, and into another cluster. So does a maintenance, to an address.</content>
public sealed partial class FoundServersTests
{
    [Fact]
    public async Task Tags_move_to_the_address_where_the_server_answers_now()
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        await memory.ChangeTagsAsync(id, Db2, tags => tags.Add("role", "backup"), default);
        var work = new Maintenance("me", "disks", World.Noon, World.Noon.AddHours(1));
        await memory.ChangeMaintenanceAsync(id, Db2, _ => work, default);
        Move(Db2, Pod);
        await DiscoverAsync(Pod);
        var moved = (await StoredAsync(id)).Single(m => m.Key == Pod);
        Assert.Equal(("backup", work, null), (moved.Tags["role"], moved.Maintenance, moved.Downtime));
    }

    [Fact]
    public async Task Tags_go_into_the_cluster_that_the_server_belongs_to_now()
    {
        var first = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        await memory.ChangeTagsAsync(first, Db3, tags => tags.Add("role", "backup"), default);
        var other = world.Now[World.Primary]!.Current! with
        {
            Key = Pod, ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99, ReportedReplicas = [Db3],
        };
        world.Put(t => t.With(Member.SeenAs(other, World.Noon)));
        world.Link(Db3, l => l with { Source = Pod, SourceUuid = other.ServerUuid });
        var second = (await DiscoverAsync(Pod)).Clusters.Single(c => c[Pod] is not null).Cluster;
        Assert.DoesNotContain(await StoredAsync(first), m => m.Key == Db3);
        Assert.Equal("backup", (await StoredAsync(second)).Single(m => m.Key == Db3).Tags["role"]);
    }
}
