using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

/// <summary>db2 is gone; db3 is below it.</summary>
public sealed class PassedOnTests
{
    [Theory]
    [InlineData("has=A:1-9", "has=A:1-9", true)]
    [InlineData("has=A:1-8 got=A:9", "has=A:1-8 got=A:9", true)]
    [InlineData("has=A:1-8 got=A:9", "has=A:1-8", false)]
    [InlineData("has=A:1-9", "has=A:1-9 | refused", false)]
    public void Names_who_has_all_that_an_unseen_replica_was_seen_to_have(string gone, string below, bool isNamed)
    {
        var topology = WrittenTopology.Read(
            $"db1 rw has=A:1-9 | refused\ndb2 ro <db1 {gone} gone=3 | refused\ndb3 ro <db2 {below}");
        var says = PassedOn.Says(topology, topology.Members[0], [topology.Members[1]]);
        Assert.Equal(isNamed ? "db3, which is below db2, has all that db2 was seen to have 3 s before; "
            + "what db2 acknowledged after that is not known" : "", says.Replace(":3306", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_local_domain_of_the_unseen_replica_is_not_asked_for()
    {
        const string Maria = "10.11.8-MariaDB ";
        var topology = WrittenTopology.Read($"db1 {Maria} rw has=0-1-9 | refused\n"
            + $"db2 {Maria} ro <db1 has=0-1-9,92-2-1 | refused\ndb3 {Maria} ro <db2 has=0-1-9");
        Assert.NotEmpty(PassedOn.Says(topology, topology.Members[0], [topology.Members[1]]));
    }
}
