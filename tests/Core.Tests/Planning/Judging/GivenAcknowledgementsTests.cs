using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

/// <summary>A writer waits for as many acknowledgements as are really given (L3).</summary>
public sealed class GivenAcknowledgementsTests
{
    private static readonly SemiSyncRule Two = new(2, 10_000, IsKept: true);

    private static (Topology Topology, Member Writer) Read(string written)
    {
        var topology = WrittenTopology.Read(written);
        return (topology, topology.Members[0]);
    }

    [Theory]
    [InlineData("db2 ro <db1 semi=replica\ndb3 ro <db1 semi=replica", 2)]
    [InlineData("db2 ro <db1 semi=replica\ndb3 ro <db1 io=connecting err=1045 semi=replica", 1)]
    [InlineData("db2 ro <db1 semi=replica\ndb3 ro <db1 io=stopped semi=replica", 1)]
    [InlineData("db2 ro <db1 semi=replica\ndb3 ro <db1 semi=available", 1)]
    [InlineData("db2 ro <db1 semi=replica\ndb3 ro <db1 semi=replica | refused", 1)]
    [InlineData("db2 ro <db1 semi=available\ndb3 ro <db2 semi=replica", 0)]
    public void Are_given_by_replicas_that_are_seen_to_receive(string replicas, int given)
    {
        var (topology, writer) = Read("db1 rw semi=source:2\n" + replicas);
        Assert.Equal(given, GivenAcknowledgements.Given(topology, writer.Key));
        var role = GivenAcknowledgements.Role(topology, writer, Two);
        Assert.Equal(given == 2 ? null : (given > 0, Math.Max(1, given)), role is null ? null : ((bool, int)?)(role.AsSource, role.WaitForReplicas));
    }

    [Theory]
    [InlineData("db1 rw semi=source:2\ndb2 ro <db1 semi=replica\ndb3 ro <db1 semi=replica", "")]
    [InlineData("db1 rw semi=source:1\ndb2 ro <db1 semi=replica", "commits wait for 1 of 2 acknowledgements, because only one replica that acknowledges receives from it; raise it when more do")]
    [InlineData("db1 rw semi=available\ndb2 ro <db1 semi=available", "commits wait for no acknowledgement, because no replica that acknowledges receives from it; raise it when more do")]
    [InlineData("db1 rw semi=source:2\ndb2 ro <db1 semi=replica", "commits wait for 2 acknowledgements and only one replica that acknowledges receives from it, so they hang until more do")]
    public void What_is_promised_less_is_said(string written, string says)
    {
        var (topology, writer) = Read(written);
        Assert.Equal(says, GivenAcknowledgements.Remark(topology, writer, Two));
    }
}
