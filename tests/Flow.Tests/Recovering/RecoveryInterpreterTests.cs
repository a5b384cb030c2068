using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

/// <summary>How the machine hears of a store that takes nothing: the rules themselves are tested in Core.</summary>
public sealed class RecoveryInterpreterTests
{
    private readonly World world = new(replicas: 1, semiSync: false);

    private InstanceKey[] Writers => [.. world.Now.Members.Where(m => m.Current is { ReadOnly: false }).Select(m => m.Key)];

    private Task<RunResult> SwitchAsync(Memory memory, FakeTimeProvider time)
    {
        memory.Store(world.Now);
        return new Process(world, memory, new MemoryQueue(), time).Command.RunAsync(new(World.Cluster, PlanKinds.Takeover, null, null, "operator"), CancellationToken.None);
    }

    /// <summary>S11, L3: the primary is opened again with what was stored before, and the record tells of it when it can.</summary>
    [Fact]
    public void Storage_that_is_lost_after_the_freeze_does_not_leave_the_cluster_without_a_writer() => SimulatedTime.Run(World.Noon, simulated =>
    {
        var memory = new Memory(simulated.Time);
        var isBack = false;
        memory.BeforeWrite = _ => { if (Writers.Length == 0 || (world.Ran.Any(s => s is SetReadOnly) && !isBack)) throw new InvalidOperationException("storage is away"); };
        var running = SwitchAsync(memory, simulated.Time);
        simulated.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal([World.Primary], Writers);
        Assert.False(running.IsCompleted);
        isBack = true;
        simulated.Advance(TimeSpan.FromSeconds(3));
        var stored = memory.ReadRecentAsync(World.Cluster, 1, CancellationToken.None).Result[0].Recovery;
        Assert.Contains("could not be stored (InvalidOperationException)", Assert.IsType<RecoveryOutcome.RolledBack>(stored.Outcome).Because, StringComparison.Ordinal);
        Assert.Equal([World.Primary], Writers);
        Assert.Single(world.Now.ReplicasOf(World.Primary));
    });

    /// <summary>S11: "Writes are blocked for Takeover:WriteBlockLimit at most".</summary>
    [Fact]
    public async Task A_switch_whose_records_are_stored_slowly_is_rolled_back_and_the_successor_never_opened()
    {
        var time = new FakeTimeProvider(World.Noon);
        var memory = new Memory(time);
        memory.BeforeWrite = _ => { if (world.Ran.Any(s => s is SetReadOnly)) time.Advance(TimeSpan.FromSeconds(2.5)); };
        var result = await SwitchAsync(memory, time);
        Assert.IsType<RecoveryOutcome.RolledBack>(result.Recovery!.Outcome);
        Assert.Equal([World.Primary], Writers);
        Assert.DoesNotContain(world.Ran, s => s is SetWritable && s.Target.Key != World.Primary);
    }

    [Fact]
    public async Task What_the_store_threw_reaches_the_caller_while_nothing_is_blocked()
    {
        var memory = new Memory(TimeProvider.System) { BeforeWrite = n => { if (n == 2) throw new InvalidOperationException("storage is away"); } };
        memory.Store(world.Now);
        world.Kill(World.Primary);
        var process = new Process(world, memory, new MemoryQueue(), TimeProvider.System);
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => process.Recover.RunAsync(Process.DeadPrimary(), CancellationToken.None));
        Assert.Equal("storage is away", thrown.Message);
    }
}
