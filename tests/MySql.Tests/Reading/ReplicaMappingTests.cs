using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Reading;

namespace OrchestratorFunctions.MySql.Tests.Reading;

public sealed class ReplicaMappingTests
{
    private static readonly InstanceKey Source = new("db1", 3306);

    [Fact]
    public void A_replica_that_says_its_name_is_known_by_it_alone() =>
        Assert.Equal(["db2:3307"], Map([("db2", 3307)], "10.0.0.2:55001"));

    [Fact]
    public void A_replica_without_a_name_is_looked_for_where_its_dump_thread_comes_from() =>
        Assert.Equal(["db2:3307", "10.0.0.3:3308"], Map([("db2", 3307), ("", 3308)], "db2:55001", "10.0.0.3:55002"));

    [Fact]
    public void A_server_that_lists_only_named_replicas_has_the_others_on_its_own_port() =>
        Assert.Equal(["10.0.0.3:3306"], Map([], "10.0.0.3:55002", "10.0.0.3:55003"));

    [Theory]
    [InlineData("localhost:5000")]
    [InlineData("127.0.0.1:5000")]
    [InlineData("::1:5000")]
    public void Loopback_is_the_machine_of_the_source(string client) => Assert.Equal(["db1:3308"], Map([("", 3308)], client));

    [Fact]
    public void The_source_is_no_replica_of_itself() => Assert.Empty(Map([], "localhost:5000"));

    private static string[] Map((string Host, int Port)[] named, params string[] dumps) =>
    [
        .. ReplicaMapping.Map(
            Source, QueryResult.Of(["Host", "Port"], [.. named.Select(n => new object?[] { n.Host, (long)n.Port })]),
            QueryResult.Of(["host"], [.. dumps.Select(d => new object?[] { d })])).Select(k => k.ToString()),
    ];
}
