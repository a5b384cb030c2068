using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class ClusterDomainsTests
{
    private const string Maria = "10.11.8-MariaDB ";

    /// <summary>db1 (server_id 1) is the primary; of db2 what is the cluster's and what is local.</summary>
    [Theory]
    [InlineData("has=0-1-9", "has=0-1-9,92-2-3", "has=0-1-9", "0-1-9", "92-2-3")]
    [InlineData("has=0-1-9,5-1-2", "has=0-1-9,5-1-2", "has=0-1-9", "0-1-9,5-1-2", "")]
    // A domain that the primary began after it was last seen carries its server_id.
    [InlineData("has=0-1-9", "has=0-1-9 got=0-1-9,5-1-2", "has=0-1-9", "0-1-9,5-1-2", "")]
    [InlineData("has=0-1-9", "has=0-1-9,7-99-55", "has=0-1-9,7-99-55", "0-1-9", "7-99-55")]
    // Never seen: what two have. A primary that has nothing says nothing.
    [InlineData("| never seen", "has=0-1-9,92-2-3", "has=0-1-8", "0-1-9", "92-2-3")]
    [InlineData("| never seen", "has=0-1-9,92-2-3", "| refused", "0-1-9,92-2-3", "")]
    [InlineData("", "has=0-1-9,92-2-3", "has=0-1-8", "0-1-9,92-2-3", "")]
    public void Are_those_of_the_primary(string primary, string replica, string sibling, string ofCluster, string local)
    {
        var topology = WrittenTopology.Read(
            $"db1 {Maria} rw {primary}\ndb2 {Maria} ro <db1 {replica}\ndb3 {Maria} ro <db1 {sibling}");
        var domains = ClusterDomains.Of(topology, topology.Members[0]);
        var all = topology.Members[1].Current!.AllReceived;
        Assert.Equal((ofCluster, local), (domains.In(all).ToString(), domains.Beside(all).ToString()));
    }

    [Fact]
    public void MySql_has_none_so_everything_counts()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9,B:1");
        var domains = ClusterDomains.Of(topology, topology.Members[0]);
        var all = topology.Members[1].Current!.AllReceived;
        Assert.Equal(all, domains.In(all));
        Assert.True(domains.Beside(all).IsEmpty);
    }

    /// <summary>
    /// A server that collects for reports has received from another cluster what it cannot apply (its channel stands
    /// still): the new primary must not fetch that from it.
    /// </summary>
    [Theory]
    [InlineData("db3 ro <db1 has=A:1-9 got=A:1-9 <other channel=x got=Z:1-5", "A:1-9")]
    [InlineData("db3 ro <unknown has=A:1-9 got=A:1-9", "A:1-9")]
    public void What_came_from_outside_of_the_cluster_is_not_its_history(string collector, string reachable)
    {
        var topology = WrittenTopology.Read($"db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\n{collector}");
        var all = ClusterDomains.Of(topology, topology.Members[0]).ReachableBy(topology.Members[2].Current!);
        Assert.Equal(WrittenTopology.Read($"x rw has={reachable}").Members[0].Current!.Gtid.Executed, all);
    }
}
