using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Knowing;

public sealed class SharedServersTests
{
    private static readonly ClusterId One = new("c-1"), Two = new("c-2");
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306), Pod = new("pod9", 3306);

    [Fact]
    public void A_server_is_told_by_what_it_is_and_not_by_its_name()
    {
        var marked = SharedServers.Marked([Cluster(One, Of(Db2, 2), Of(Db3, 3)), Cluster(Two, Of(Pod, 3), Of(Db2, 7))]);
        Assert.Equal([null, Two, One, null], marked.SelectMany(c => c.Members).Select(m => m.AlsoIn));
    }

    [Fact]
    public void What_nobody_shares_or_nobody_ever_saw_is_as_it_was()
    {
        ImmutableArray<StoredCluster> all = [Cluster(One, Of(Db2, 2), new StoredMember(Pod, null, null)), Cluster(Two, Of(Db3, 3), new StoredMember(Pod, null, null))];
        Assert.Equal(all, SharedServers.Marked(all));
    }

    private static StoredCluster Cluster(ClusterId id, params StoredMember[] members) => new(id, "", null, [.. members]);

    private static StoredMember Of(InstanceKey key, uint server) => new(
        key, World.Server("db2", null, true) with { Key = key, ServerId = server, ServerUuid = $"{server:D8}-0000-0000-0000-000000000000" }, World.Noon);
}
