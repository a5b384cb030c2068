using OrchestratorFunctions.Core.Analyzing;

namespace OrchestratorFunctions.Core.Tests.Analyzing;

public sealed class RuleContextTests
{
    [Theory]
    [InlineData("| refused", true, true)]
    [InlineData("| timed out 3.0s", true, true)]
    [InlineData("| timed out 1.0s", false, true)]
    [InlineData("| auth denied", false, true)]
    [InlineData("", false, false)]
    public void Silence_is_death_only_after_its_time_and_a_refusal_of_ours_never(string probe, bool isDown, bool isAway)
    {
        var topology = WrittenTopology.Read($"db1 rw {probe}\ndb2 ro <db1 io=connecting");
        var context = RuleContext.Of(topology, topology.Members[0], DetectionPolicy.Default);
        Assert.Equal((isDown, isAway, isDown), (context.IsDown, context.IsAway, context.IsDeadToAll));
    }

    [Fact]
    public void A_server_that_still_ends_commits_is_not_read_only_yet()
    {
        var topology = WrittenTopology.Read("db1 ro\ndb2 ro <db1");
        var member = topology.Members[0];
        var pending = member.With(new Core.Model.ProbeOutcome.Seen(member.Current! with { IsReadOnlyPending = true }), topology.TakenAt);
        Assert.True(RuleContext.Of(topology, member, DetectionPolicy.Default).IsReadOnly);
        Assert.False(RuleContext.Of(topology.With(pending), pending, DetectionPolicy.Default).IsReadOnly);
    }

    /// <summary>L9: what a recovery closed is owed, also where it replicates from outside of the cluster.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("<db8 channel=aux", true)]
    [InlineData("<db1", false)]
    public void A_server_beside_the_primary_follows_nobody_of_the_cluster(string links, bool isBeside)
    {
        var topology = WrittenTopology.Read($"db1 rw\ndb2 ro <db1\ndb3 ro {links}");
        var context = RuleContext.Of(topology, topology.Members[2], DetectionPolicy.Default);
        Assert.Equal(isBeside, context.IsBesidePrimary);
    }
}
