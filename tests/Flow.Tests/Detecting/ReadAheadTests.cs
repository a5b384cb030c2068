using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Detecting;

/// <summary>What a verdict asks of the store is asked for at the suspicion, and is not believed for long.</summary>
public sealed class ReadAheadTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly Memory memory;
    private readonly World world = new();
    private VantageQuorum quorum = VantageQuorum.Alone;

    public ReadAheadTests()
    {
        memory = new Memory(time);
        memory.Store(world.Now);
    }

    private ReadAhead New(IRecoveryStore? recoveries = null, ITopologyStore? topologies = null) =>
        new(new GateReader(memory, recoveries ?? memory, new GatePolicy { Quorum = quorum }, time), topologies ?? memory, recoveries ?? memory, time);

    [Fact]
    public async Task A_verdict_soon_after_the_suspicion_does_not_wait_for_the_store()
    {
        var reads = New();
        reads.Begin(World.Cluster, 0, None);
        memory.RecoveryEnabled = false;
        time.Advance(TimeSpan.FromMilliseconds(400));
        var (inputs, declared, _) = await reads.ReadAsync(World.Cluster, 0, None);
        Assert.Equal((true, World.Cluster, time.GetUtcNow()), (inputs.RecoveryEnabled, declared!.Id, inputs.Now));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(60_000)]
    public async Task A_later_one_asks_again(int milliseconds)
    {
        var reads = New();
        reads.Begin(World.Cluster, 0, None);
        memory.RecoveryEnabled = false;
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Assert.False((await reads.ReadAsync(World.Cluster, 0, None)).Gate.RecoveryEnabled);
    }

    /// <summary>L5: another process's recovery began after this was asked for, and its ledger is known here.</summary>
    [Fact]
    public async Task One_from_before_the_ledger_that_is_known_is_asked_for_again()
    {
        var reads = New();
        reads.Begin(World.Cluster, 0, None);
        memory.RecoveryEnabled = false;
        memory.MarkFormer(World.Primary);
        Assert.False((await reads.ReadAsync(World.Cluster, (await memory.ReadLedgerAsync(World.Cluster, None)).Version, None)).Gate.RecoveryEnabled);
    }

    /// <summary>L5: the gate was read before a recovery of another process, and the ledger after it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_gate_read_before_the_ledger_changed_is_read_again(bool isAhead)
    {
        var isFirst = true;
        var reads = New(topologies: Sometimes.Away<ITopologyStore>(memory, () => isFirst && Change()));
        if (isAhead) reads.Begin(World.Cluster, 0, None);
        var (inputs, declared, _) = await reads.ReadAsync(World.Cluster, 0, None);
        Assert.Equal((false, 1), (inputs.RecoveryEnabled, declared!.Ledger.Version));

        bool Change()
        {
            isFirst = memory.RecoveryEnabled = false;
            memory.MarkFormer(World.Primary);
            return false;
        }
    }

    [Fact]
    public async Task One_answer_serves_one_verdict()
    {
        var reads = New();
        reads.Begin(World.Cluster, 0, None);
        await reads.ReadAsync(World.Cluster, 0, None);
        memory.RecoveryEnabled = false;
        Assert.False((await reads.ReadAsync(World.Cluster, 0, None)).Gate.RecoveryEnabled);
    }

    [Fact]
    public async Task Where_others_have_a_say_they_are_asked_at_the_verdict()
    {
        quorum = new VantageQuorum("here", 2);
        var reads = New();
        reads.Begin(World.Cluster, 0, None);
        memory.RecoveryEnabled = false;
        Assert.False((await reads.ReadAsync(World.Cluster, 0, None)).Gate.RecoveryEnabled);
    }

    [Fact]
    public async Task What_could_not_be_read_ahead_is_asked_for_again()
    {
        var isAway = true;
        var reads = New(topologies: Sometimes.Away<ITopologyStore>(memory, () => isAway));
        reads.Begin(World.Cluster, 0, None);
        isAway = false;
        Assert.NotNull((await reads.ReadAsync(World.Cluster, 0, None)).Declared);

        isAway = true;
        reads = New(recoveries: Sometimes.Away<IRecoveryStore>(memory, () => isAway));
        reads.Begin(World.Cluster, 0, None);
        isAway = false;
        Assert.NotNull((await reads.ReadAsync(World.Cluster, 0, None)).Gate.Recent);
    }

    [Fact]
    public void A_server_that_is_suspected_at_every_probe_is_not_asked_about_at_every_probe()
    {
        var asked = 0;
        var reads = New(topologies: Sometimes.Away<ITopologyStore>(memory, () => ++asked < 0));
        for (var probe = 0; probe < 60; probe++)
        {
            reads.Begin(World.Cluster, 0, None);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(2, asked);
    }
}
