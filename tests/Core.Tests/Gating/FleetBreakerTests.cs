using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Gating;

public sealed class FleetBreakerTests
{
    private static readonly Topology Dead = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting");

    [Theory]
    [InlineData(2, 9, false)]
    [InlineData(3, 9, true)]
    [InlineData(4, 9, true)]
    [InlineData(4, 10, false)]
    public void Holds_when_enough_clusters_were_failed_over_within_the_window(int others, int minutesAgo, bool holds) =>
        Assert.Equal(holds, Decide(Dead, Other(others, minutesAgo)) is GateVerdict.Hold);

    [Fact]
    public void One_cluster_that_was_failed_over_often_is_one_and_the_cluster_itself_none() => Assert.IsType<GateVerdict.Proceed>(Decide(
        Dead, [.. Other(1, 3), .. Other(1, 2), .. Other(1, 1), .. Enumerable.Range(0, 5).Select(i => new FleetFailover(Dead.Cluster, WrittenTopology.Noon.AddMinutes(-i)))]));

    [Fact]
    public void A_hold_names_the_setting_and_not_knowing_holds()
    {
        Assert.Contains("Recovery:FleetLimit", Assert.IsType<GateVerdict.Hold>(Decide(Dead, Other(3, 1))).Refusal.Remedy, StringComparison.Ordinal);
        Assert.IsType<GateVerdict.Hold>(Decide(Dead, null));
    }

    [Fact]
    public void A_stale_writer_is_fenced_whatever_happens_elsewhere()
    {
        var returned = WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2");
        Assert.IsType<GateVerdict.Proceed>(Decide(returned, Other(50, 1)));
        Assert.IsType<GateVerdict.Proceed>(Decide(returned, null));
    }

    private static GateVerdict Decide(Topology topology, FleetFailover[]? fleet) => RecoveryGate.Decide(
        Analyzer.Analyze(topology)[0], topology, new GateInputs(true, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon)
        {
            Breaker = new FleetBreaker(3, TimeSpan.FromMinutes(10)), Fleet = fleet is null ? null : [.. fleet],
        });

    private static FleetFailover[] Other(int clusters, int minutesAgo) =>
        [.. Enumerable.Range(0, clusters).Select(i => new FleetFailover(new ClusterId($"other-{i}"), WrittenTopology.Noon.AddMinutes(-minutesAgo)))];
}
