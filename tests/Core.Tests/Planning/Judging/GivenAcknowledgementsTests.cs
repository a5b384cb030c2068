using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;

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

    private const string Both = "\ndb2 ro <db1 semi=replica\ndb3 ro <db1 semi=replica";

    /// <summary>
    /// The machine of the writer failed and is back: a replica that has not noticed says that it receives, and is not
    /// counted. A count that nobody told, without an uptime, is no count.
    /// </summary>
    [Theory]
    [InlineData("semi=source:1 clients=1 up=3", 0, 1)]
    [InlineData("semi=source:1 clients=2 up=3", 0, 2)]
    [InlineData("semi=source:1 clients=1 up=3", 1, 2)]
    [InlineData("semi=source:2 clients=1 up=3", 0, 2)]
    [InlineData("semi=available clients=0 up=3", 0, 0)]
    [InlineData("semi=source:1 clients=1", 0, 2)]
    public void A_writer_is_not_told_to_wait_for_more_than_it_counts_nor_for_fewer_because_of_its_count(string writes, int hope, int expected)
    {
        var (topology, writer) = Read($"db1 rw {writes}{Both}");
        Assert.Equal(expected, Math.Min(2, GivenAcknowledgements.Expected(topology, writer, hope)));
    }

    [Theory]
    [InlineData("semi=source:2 clients=1 up=3", "commits wait for 2 acknowledgements and only one replica that acknowledges receives from it, so they hang until more do")]
    [InlineData("semi=source:1 clients=0 up=3", "commits wait for 1 acknowledgements and no replica that acknowledges receives from it, so they hang until more do")]
    [InlineData("semi=source:1 clients=1 up=3", "commits wait for 1 of 2 acknowledgements, because only one replica that acknowledges receives from it; raise it when more do")]
    [InlineData("semi=source:2 clients=2 up=3", "")]
    public void Who_says_that_it_receives_and_is_not_counted_gives_none(string writes, string says)
    {
        var (topology, writer) = Read($"db1 rw {writes}{Both}");
        Assert.Equal(says, GivenAcknowledgements.Remark(topology, writer, Two));
    }

    /// <summary>What is not known at this look was true at an earlier one.</summary>
    [Fact]
    public void An_old_count_says_nothing()
    {
        var (topology, writer) = Read($"db1 rw semi=source:2 clients=0 up=3{Both}");
        var stale = writer.With(writer.Outcome.With(i => i with { Stale = InstanceParts.SemiSync }), topology.TakenAt);
        Assert.Equal("", GivenAcknowledgements.Remark(topology, stale, Two));
    }
}
