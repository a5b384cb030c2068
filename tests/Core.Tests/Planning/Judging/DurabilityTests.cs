using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class DurabilityTests
{
    [Fact]
    public void Reachable_plus_waited_for_must_exceed_the_number_of_ackers()
    {
        for (var all = 1; all <= 4; all++)
            for (var wait = 1; wait <= all; wait++)
                for (var reachable = 0; reachable <= all; reachable++)
                    Assert.Equal(reachable + wait <= all, Of(all, wait, reachable).IsBroken);
    }

    [Theory]
    [InlineData("semi=fallen:1", false, "asynchronous")]
    [InlineData("", false, "asynchronous")]
    [InlineData("semi=source:1 clients=1", false, "")]
    [InlineData("semi=source:1 clients=2", true, "an unknown replica")]
    public void Says_what_the_primary_promised(string primary, bool isBroken, string says)
    {
        var topology = WrittenTopology.Read($"db1 rw {primary} | refused\ndb2 ro <db1 semi=replica");
        var durability = Durability.Of(topology, topology.Members[0], topology.Members.Skip(1).Select(m => m.Key).ToHashSet());
        Assert.Equal(isBroken, durability.IsBroken);
        Assert.Contains(says, durability.PossiblyLost, StringComparison.Ordinal);
        Assert.Equal(says.Length == 0, durability.PossiblyLost.Length == 0);
    }

    private static Durability Of(int all, int wait, int reachable)
    {
        var replicas = Enumerable.Range(0, all).Select(i => $"db{i + 2} ro <db1 semi=replica{(i < reachable ? "" : " | refused")}");
        var topology = WrittenTopology.Read($"db1 rw semi=source:{wait} clients={all} | refused\n{string.Join('\n', replicas)}");
        return Durability.Of(topology, topology.Members[0], topology.Members.Where(m => m.IsSeen).Select(m => m.Key).ToHashSet());
    }
}
