using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Practising;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class GateReaderTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly Memory memory;

    public GateReaderTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
        world.Kill(World.Primary);
    }

    [Fact]
    public async Task What_is_known_and_allowed_proceeds() => Assert.IsType<GateVerdict.Proceed>(await AskAsync(memory, memory));

    [Fact]
    public async Task A_switch_that_cannot_be_read_holds() =>
        Assert.Contains("could not be read", Assert.IsType<GateVerdict.Hold>(await AskAsync(Broken.Of<ISettingsStore>(), memory)).Refusal.Because, StringComparison.Ordinal);

    [Fact]
    public async Task Earlier_recoveries_that_cannot_be_read_hold() =>
        Assert.Contains("could not be read", Assert.IsType<GateVerdict.Hold>(await AskAsync(memory, Broken.Of<IRecoveryStore>())).Refusal.Because, StringComparison.Ordinal);

    [Fact]
    public async Task A_recent_failover_holds_until_it_is_acknowledged_and_does_not_hold_itself()
    {
        await new Process(world, memory, new MemoryQueue(), time).Recover.RunAsync(Process.DeadPrimary(), None);

        Assert.Contains("f1", Assert.IsType<GateVerdict.Hold>(await AskAsync(memory, memory)).Refusal.Because, StringComparison.Ordinal);
        Assert.IsType<GateVerdict.Proceed>(await AskAsync(memory, memory, self: "f1"));
        await memory.AcknowledgeAsync("f1", "somebody", "", None);
        Assert.IsType<GateVerdict.Proceed>(await AskAsync(memory, memory));
    }

    [Fact]
    public async Task Failovers_of_other_clusters_are_counted_and_planned_switches_and_practice_are_not()
    {
        var reader = new GateReader(memory, memory, new GatePolicy(), time);
        await new Process(world, memory, new MemoryQueue(), time).Recover.RunAsync(Process.DeadPrimary(), None);
        Assert.Equal(World.Cluster, Assert.Single((await reader.ReadAsync(new ClusterId("c-other"), None)).Fleet!.Value).Cluster);
        Assert.Empty((await reader.ReadAsync(World.Cluster, None, self: "f1")).Fleet!.Value);

        var practice = PracticeFailover.Cluster;
        var lease = (await memory.TryAcquireAsync(practice.Value, "p2", TimeSpan.FromMinutes(1), None))!;
        var practised = Verdicts.RecoveryOf(Process.DeadPrimary("f2") with { Cluster = practice }, new RecoveryPolicy());
        Assert.Equal(WriteOutcome.Written, await memory.BeginAsync(practised, null, lease, None));
        Assert.Equal(World.Cluster, Assert.Single((await reader.ReadAsync(new ClusterId("c-other"), None)).Fleet!.Value).Cluster);

        var calm = new Memory(time);
        calm.Store(new World().Now);
        await new Process(new World(), calm, new MemoryQueue(), time).Command.TakeoverAsync(World.Cluster, null, "operator", None);
        Assert.Empty((await new GateReader(calm, calm, new GatePolicy(), time).ReadAsync(World.Cluster, None)).Fleet!.Value);
        Assert.Null((await new GateReader(calm, Broken.Of<IRecoveryStore>(), new GatePolicy(), time).ReadAsync(World.Cluster, None)).Fleet);
    }

    [Fact]
    public async Task A_planned_switch_holds_nothing()
    {
        Assert.True((await new Process(new World(), memory, new MemoryQueue(), time).Command.TakeoverAsync(World.Cluster, null, "operator", None))!.Recovery!.Outcome!.IsSuccess);
        Assert.IsType<GateVerdict.Proceed>(await AskAsync(memory, memory));
    }

    private async Task<GateVerdict> AskAsync(ISettingsStore settings, IRecoveryStore recoveries, string self = "") =>
        RecoveryGate.Decide(Process.DeadPrimary("f2").ToAnalysis(), world.Now, await new GateReader(settings, recoveries, new GatePolicy(), time).ReadAsync(World.Cluster, None, self));
}
