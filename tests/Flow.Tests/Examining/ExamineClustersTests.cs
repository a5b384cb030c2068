using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Examining;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Examining;

public sealed class ExamineClustersTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ExaminationTerms Terms = new("orchestrator", "repl");
    private readonly World world = new();

    [Fact]
    public void A_cluster_is_seen_with_its_gate_its_lease_and_how_a_failover_would_end() => Look((seen, _) =>
    {
        Assert.Equal(World.Primary, seen!.Topology.Primary!.Key);
        Assert.IsType<RecoveryOutcome.Promoted>(seen.Failover);
        Assert.True(seen.Gate!.RecoveryEnabled);
        Assert.False(seen.IsLeaseHeld);
        Assert.Empty(world.Ran);
    });

    [Fact]
    public void A_lease_that_somebody_holds_is_told() => Look(
        (seen, _) => Assert.True(seen!.IsLeaseHeld),
        before: memory => memory.TryAcquireAsync(World.Cluster.Value, "p2", TimeSpan.FromMinutes(1), None).Wait());

    [Fact]
    public void Where_the_primary_is_away_already_no_failover_is_tried_out() => Look(
        (seen, _) =>
        {
            Assert.Null(seen!.Failover);
            Assert.Contains(seen.Analyses, a => a.Code == AnalysisCode.DeadPrimary);
        }, before: _ => world.Kill(World.Primary));

    [Fact]
    public void Of_a_cluster_that_is_not_stored_there_is_nothing() => Look((seen, _) => Assert.Null(seen), id: new ClusterId("other"));

    private void Look(Action<ExaminedCluster?, Memory> test, Action<Memory>? before = null, ClusterId? id = null) =>
        SimulatedTime.Run(World.Noon, simulated =>
        {
            var memory = new Memory(simulated.Time);
            memory.Store(world.Now);
            before?.Invoke(memory);
            var process = new Process(world, memory, new MemoryQueue(), simulated.Time);
            var gate = new GateReader(memory, memory, new GatePolicy(), simulated.Time);
            var looking = new ExamineClusters(process.Command, gate, memory, memory, DetectionPolicy.Default).LookAsync(id ?? World.Cluster, Terms, None);
            simulated.Await(looking);
            test(looking.Result, memory);
        });
}
