using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

/// <summary>A replica may call itself by a name that leads nowhere from here (report_host); its source hears it all the same.</summary>
public sealed class ReplicationWalkTests
{
    private static readonly InstanceKey Named = new("mysql-1.pods.invalid", 3306), At = new("10.1.1.7", 3306);

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new(replicas: 2);
    private readonly Memory memory;

    public ReplicationWalkTests()
    {
        memory = new Memory(time);
        var (primary, replica) = (world.Now[World.Primary]!.Current!, world.Now[new("db2", 3306)]!.Current!);
        var pod = replica with
        {
            Key = At, ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99, Aliases = [Named],
        };
        world.Put(t => t.With(Member.SeenAs(pod, World.Noon)).With(Member.SeenAs(
            primary with { ReportedReplicas = [new("db2", 3306), new("db3", 3306), Named] }, World.Noon)));
    }

    [Fact]
    public async Task A_replica_whose_name_leads_nowhere_is_found_where_its_source_hears_it_from()
    {
        world.ReplicaHosts = ["db2", At.Host];
        var found = await Discovering().RunAsync([World.Primary], "", default);
        Assert.Contains(Assert.Single(found.Clusters).Members, m => m.Key == At);
        Assert.Equal(
            ["mysql-1.pods.invalid:3306, as a replica calls itself (report_host), leads nowhere from here; it was found "
            + "at 10.1.1.7:3306, where its source hears it from"],
            found.Warnings);
    }

    [Fact]
    public async Task One_that_joins_a_watched_cluster_is_found_so_too()
    {
        await Discovering().RunAsync([World.Primary], "", default);
        world.ReplicaHosts = [At.Host];
        var found = await Discovering().FollowAsync(Named, world.Now, default);
        Assert.Contains(Assert.Single(found.Clusters).Members, m => m.Key == At);
    }

    [Fact]
    public async Task A_server_at_that_address_that_calls_itself_otherwise_is_not_taken_for_it()
    {
        world.ReplicaHosts = [At.Host];
        world.Put(t => t.With(Member.SeenAs(t[At]!.Current! with { Aliases = [] }, World.Noon)));
        var found = await Discovering().RunAsync([World.Primary], "", default);
        Assert.DoesNotContain(Assert.Single(found.Clusters).Members, m => m.Key == At);
        Assert.StartsWith($"{Named} was mentioned and not seen", Assert.Single(found.Warnings), StringComparison.Ordinal);
    }

    private DiscoverInstances Discovering() =>
        new(world, memory, memory, new MoveRight(memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(2), time, NullLogger.Instance);
}
