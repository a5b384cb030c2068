using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class SemiSyncRuleTests
{
    [Theory]
    [InlineData("db1 rw", null)]
    [InlineData("db1 rw semi=source:2", 2)]
    [InlineData("db1 rw semi=fallen:1", 1)]
    [InlineData("db1 rw semi=source:2 | refused", 2)]
    public void Is_what_the_writer_was_last_told(string writer, int? waitFor) =>
        Assert.Equal(waitFor, SemiSyncRule.Of(Member(writer))?.WaitFor);

    [Fact]
    public void A_writer_that_fell_back_promised_nothing()
    {
        Assert.False(SemiSyncRule.Of(Member("db1 rw semi=fallen:1"))!.IsKept);
        Assert.True(SemiSyncRule.Of(Member("db1 rw semi=source:1"))!.IsKept);
    }

    [Theory]
    [InlineData(2, 5, true, false, 2)]
    [InlineData(2, 1, true, false, 1)]
    [InlineData(2, 0, false, true, 1)]
    public void A_new_writer_never_waits_for_more_than_there_are_to_acknowledge(int waitFor, int ackers, bool asSource, bool asReplica, int wait)
    {
        var step = new SemiSyncRule(waitFor, 5000, true).ForNewWriter(Member("db2 ro semi=replica"), ackers);
        var expected = new SetSemiSync(WrittenTopology.Key("db2"), asSource, asReplica, wait, 5000);
        // One that goes on as it is gets no step.
        Assert.Equal(ackers == 0 ? null : expected, step);
        Assert.Contains(ackers switch { 5 => "goes on", 1 => "only 1", _ => "no replica" }, new SemiSyncRule(waitFor, 5000, true).Reason(ackers), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_plugin_there_is_no_role() => Assert.Null(new SemiSyncRule(1, 5000, true).ForNewWriter(Member("db2 ro"), 3));

    [Fact]
    public void Reachable_plus_waited_for_must_exceed_the_number_of_ackers()
    {
        for (var all = 1; all <= 4; all++)
            for (var wait = 1; wait <= all; wait++)
                for (var reachable = 0; reachable <= all; reachable++)
                    Assert.Equal(reachable + wait > all, new SemiSyncRule(wait, 0, true).IsGuaranteed(reachable, all));
    }

    [Theory]
    [InlineData("semi=source:1", "semi=replica", "semi=replica", true)]
    [InlineData("semi=source:2", "semi=replica", "semi=replica", false)]
    [InlineData("semi=source:1", "semi=replica", "semi=replica io=stopped", false)]
    [InlineData("semi=source:1", "", "semi=replica io=stopped", true)]
    [InlineData("", "semi=replica", "semi=replica io=stopped", true)]
    public void A_replica_leaves_only_when_enough_are_left_to_acknowledge(string source, string replica, string other, bool may)
    {
        var topology = WrittenTopology.Read($"db1 rw {source}\ndb2 ro <db1 {replica}\ndb3 ro <db1 {other}");
        var refusal = SemiSyncRule.WhyNotWithout(topology, topology.Members[1], topology.Members[0]);
        Assert.Equal(may, refusal is null);
    }

    private static Member Member(string line) => WrittenTopology.Read(line).Members[0];
}
