using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Gating;

/// <summary>The gate's answers stand in the scenario gate.txt; here is what holds of all of them.</summary>
public sealed class RecoveryGateTests
{
    [Fact]
    public void Every_hold_names_what_would_change_it()
    {
        var topology = WrittenTopology.Read("db1 rw downtime=ana | refused\ndb2 ro <db1 io=connecting\ndb3 rw former");
        GateInputs[] all = [
            new(null, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon), new(false, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon),
            new(true, null, BlockWindow.Default, null, [], WrittenTopology.Noon), new(true, RecoveryFilter.All, BlockWindow.Default, null, null, WrittenTopology.Noon),
            new(true, new([]), BlockWindow.Default, null, [], WrittenTopology.Noon), new(true, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon),
        ];
        foreach (var analysis in Analyzer.Analyze(topology))
            foreach (var inputs in all)
                if (RecoveryGate.Decide(analysis, topology, inputs) is GateVerdict.Hold hold) Assert.True(hold.Refusal.Because.Length > 0 && (hold.Refusal.Remedy.Length > 0 || !analysis.IsActionable));
    }

    [Theory]
    [InlineData("db1", true)]
    [InlineData("db2", false)]
    public void What_is_asked_for_is_under_way_only_when_the_running_recovery_is_of_the_same_server(string of, bool isUnderWay)
    {
        var topology = WrittenTopology.Read("db1 rw former\ndb2 rw former\ndb3 rw\ndb4 ro <db3");
        var returned = Analyzer.Analyze(topology).Single(a => a.Key == WrittenTopology.Key("db1"));
        var running = new Recovery
        {
            Id = "r7", Cluster = topology.Cluster, Kind = PlanKinds.FenceFormerPrimary, Actor = "watcher", StartedAt = WrittenTopology.Noon,
            Subject = WrittenTopology.Key(of),
        };
        var inputs = new GateInputs(true, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon) { Active = ActiveRecovery.Of(running) };
        var hold = Assert.IsType<GateVerdict.Hold>(RecoveryGate.Decide(returned, topology, inputs));
        Assert.Equal((!isUnderWay, isUnderWay), (hold.MayPassSoon, hold.IsUnderWay));
    }

    /// <summary>It is found on healthy days, and holds on the others.</summary>
    [Fact]
    public void A_server_that_another_cluster_holds_too_holds_everything()
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting err=2003\ndb3 ro <db1 io=connecting err=2003");
        topology = topology.With(topology[WrittenTopology.Key("db3")]! with { AlsoIn = new ClusterId("c-other") });
        var found = Analyzer.Analyze(topology);
        Assert.Contains(found, a => a.Code == AnalysisCode.SharedServer && a.Key == WrittenTopology.Key("db3") && a.Because.Contains("it is a member of cluster c-other too"));
        var dead = found.Single(a => a.Code == AnalysisCode.DeadPrimary);
        var inputs = new GateInputs(true, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon);
        var hold = Assert.IsType<GateVerdict.Hold>(RecoveryGate.Decide(dead, topology, inputs));
        Assert.Equal("db3:3306 stands in cluster c-other too, and two clusters would act on it", hold.Refusal.Because);
    }

    [Fact]
    public void Unknown_always_holds()
    {
        var topology = WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2");
        var returned = Analyzer.Analyze(topology)[0];
        Assert.Equal(PlanKinds.FenceFormerPrimary, returned.Kind);
        Assert.IsType<GateVerdict.Hold>(RecoveryGate.Decide(returned, topology, new(true, RecoveryFilter.All, BlockWindow.Default, null, null, WrittenTopology.Noon)));
        Assert.IsType<GateVerdict.Proceed>(RecoveryGate.Decide(returned, topology, new(true, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon)));
    }
}
