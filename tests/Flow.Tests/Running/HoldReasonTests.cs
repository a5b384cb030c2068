using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Tests.Running;

public sealed class HoldReasonTests
{
    private static readonly DateTimeOffset Now = World.Noon;
    private static readonly GateInputs Free = new(true, RecoveryFilter.All, BlockWindow.Default, null, [], Now) { Fleet = [] };
    private static readonly Downtime Break = new("ann", "work", Now.AddHours(1));

    /// <summary>What the gate says, not what a test writes.</summary>
    public static TheoryData<string, GateInputs> Held => new()
    {
        { "recovery-disabled", Free with { RecoveryEnabled = false } },
        { "storage", Free with { RecoveryEnabled = null } },
        { "storage", Free with { Recent = null } },
        { "storage", Free with { Fleet = null } },
        { "downtime", Free with { ClusterDowntime = Break } },
        { "filter", Free with { Filter = new RecoveryFilter([]) } },
        { "running", Free with { Active = ActiveRecovery.Unreadable("r9", "kind X", "9") } },
        { "running", Free with { Active = new("r8", PlanKinds.DeadPrimary, World.Primary, "the replacement of the dead primary db1:3306") } },
        { "block-window", Free with { Recent = [Past(isSuccess: true)] } },
        { "block-window", Free with { Recent = [Past(isSuccess: false)] } },
        { "breaker", Free with { Fleet = [.. Enumerable.Range(0, 5).Select(i => new FleetFailover(new ClusterId($"c-{i}"), Now))] } },
        { "vantages", Free with { Quorum = new VantageQuorum("west", 2) } },
    };

    [Theory]
    [MemberData(nameof(Held))]
    public void Every_no_of_the_gate_has_a_word(string reason, GateInputs inputs)
    {
        var (analysis, topology) = Dead();
        var hold = Assert.IsType<GateVerdict.Hold>(RecoveryGate.Decide(analysis, topology, inputs));
        Assert.Equal(reason, HoldReason.Of(hold.Refusal.Remedy));
    }

    [Fact]
    public void A_server_in_downtime_is_one_of_them()
    {
        var (analysis, topology) = Dead();
        topology = topology.With(topology[World.Primary]! with { Downtime = Break });
        var hold = Assert.IsType<GateVerdict.Hold>(RecoveryGate.Decide(analysis, topology, Free));
        Assert.Equal("downtime", HoldReason.Of(hold.Refusal.Remedy));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SET GLOBAL read_only = 0")]
    public void What_no_setting_holds_back_is_something_else(string remedy) => Assert.Equal(HoldReason.Other, HoldReason.Of(remedy));

    private static PastRecovery Past(bool isSuccess) => new(
        "r1", "DeadPrimary", true, World.Primary, isSuccess ? new InstanceKey("db2", 3306) : null, Now.AddSeconds(-9), Now.AddSeconds(-5), isSuccess, IsAcknowledged: false);

    private static (Analysis, Topology) Dead()
    {
        var world = new World();
        world.Kill(World.Primary);
        world.Put(t => new Topology(t.Cluster, t.TakenAt, t.Members.Select(m => m.Key == World.Primary ? m : m.With(
            new ProbeOutcome.Seen(m.LastKnown! with { Links = [m.LastKnown!.Link! with { Receiver = ReplicationThread.Connecting }] }), Now))));
        return (Analyzer.Analyze(world.Now, new DetectionPolicy()).Single(a => a.Code == AnalysisCode.DeadPrimary), world.Now);
    }
}
