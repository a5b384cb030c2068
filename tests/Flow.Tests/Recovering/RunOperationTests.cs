using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Flow.Tests.Recovering;

public sealed class RunOperationTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306);

    private readonly World world = new();
    private readonly Memory memory = new(TimeProvider.System);
    private readonly Process process;

    public RunOperationTests()
    {
        memory.Store(world.Now);
        process = new Process(world, memory, new MemoryQueue(), TimeProvider.System);
    }

    /// <summary>A process that has never opened a server would learn it while writes are blocked.</summary>
    [Fact]
    public async Task A_switch_practises_on_its_successor_before_it_blocks_writes()
    {
        var closedAfter = -1;
        world.BeforeStep = step =>
        {
            if (step is SetReadOnly) closedAfter = world.PractisedOn.Count;
            return Task.CompletedTask;
        };
        var result = await process.Command.RunAsync(new(World.Cluster, PlanKinds.Takeover, null, Db2, "dana"), None);
        Assert.Equal(Db2, Assert.IsType<RecoveryOutcome.Promoted>(result.Recovery!.Outcome).Key);
        Assert.Equal([Db2], world.PractisedOn);
        Assert.Equal(1, closedAfter);
    }

    [Fact]
    public async Task A_move_is_run_to_its_end_and_leaves_its_record()
    {
        var result = await process.Command.RunAsync(Move(Db3, Db2), None, "m1");
        Assert.Equal(new RecoveryOutcome.Relocated(Db3, Db2, ""), result.Recovery!.Outcome);
        Assert.Equal(Db2, world.Now[Db3]!.Current!.Link!.Source);
        Assert.Equal("dana", (await memory.ReadAsync("m1", None))!.Recovery.Actor);
        Assert.Equal(World.Primary, world.Now.Primary!.Key);
    }

    [Fact]
    public async Task A_living_subject_is_looked_at_for_as_long_as_any_other_server()
    {
        await process.Command.RunAsync(Move(Db3, Db2), None, "m1");
        Assert.Single(world.Looks.Select(l => l.Timeout).Distinct());
    }

    [Fact]
    public async Task A_plan_of_a_move_touches_nothing()
    {
        var (plan, topology) = await process.Command.PlanAsync(World.Cluster, PlanKinds.Relocate, Db2, None, Db3);
        Assert.True(plan!.Outcome!.IsSuccess);
        Assert.Equal(Db2, plan.Target);
        Assert.Equal(World.Primary, topology![Db3]!.Current!.Link!.Source);
        Assert.Empty(world.Ran);
    }

    [Fact]
    public async Task What_cannot_be_asked_for_is_refused_with_the_reason()
    {
        Assert.Equal("it was not said which server is meant", (await process.Command.RunAsync(Move(null, Db2), None)).Refusal?.Because);
        Assert.Contains("is not known", (await process.Command.RunAsync(Move(Db3, Db2) with { Cluster = new ClusterId("c-none") }, None)).Refusal!.Because, StringComparison.Ordinal);
        Assert.Equal("db1:3306 is the primary by now, not db3:3306", (await process.Command.RunAsync(new(World.Cluster, PlanKinds.Takeover, Db3, null, "dana"), None)).Refusal?.Because);
        var strange = await process.Command.RunAsync(Move(new InstanceKey("db9", 3306), Db2), None);
        Assert.Contains("is not a member", strange.Recovery!.Outcome!.Says, StringComparison.Ordinal);
        Assert.Empty(world.Ran);
    }

    [Fact]
    public async Task A_server_that_followed_nobody_counts_as_a_former_primary_after_its_move_is_undone()
    {
        world.Put(t => t.With([Member.SeenAs(t[Db3]!.Current! with { Links = [] }, World.Noon)], World.Noon));
        memory.Store(world.Now);
        await process.Command.RunAsync(Move(Db3, World.Primary), None, "m1", stages: 1);
        var told = await process.Tell.RunAsync(World.Cluster, "m1", new OperatorSignal(SignalKind.Cancel, "dana", "", World.Noon), None);
        Assert.IsType<RecoveryOutcome.RolledBack>(told.Recovery!.Outcome);
        Assert.Empty(world.Now[Db3]!.Current!.Links);
        Assert.True((await memory.ReadAllAsync(None))[0].Ledger.IsFormerPrimary(Db3));
    }

    [Fact]
    public async Task The_primary_is_opened_whichever_it_is_and_the_record_says_why()
    {
        world.Revive(World.Primary, i => i with { ReadOnly = true, SuperReadOnly = true });
        var (plan, _) = await process.Command.PlanAsync(new OperationRequest(World.Cluster, PlanKinds.OpenPrimary, null, null, "plan"), None);
        Assert.True(plan!.Outcome!.IsSuccess);
        Assert.False(world.Now[World.Primary]!.Current!.AcceptsWrites);
        var opened = await process.Command.RunAsync(new(World.Cluster, PlanKinds.OpenPrimary, null, null, "dana") { Request = new("work is done") }, None);
        Assert.Equal(new RecoveryOutcome.Finished(World.Primary, IsWriter: true), opened.Recovery!.Outcome);
        Assert.Equal("db1:3306 is to accept writes: work is done", opened.Recovery.Sentence);
        Assert.True(world.Now[World.Primary]!.Current!.AcceptsWrites);
        // What changes nothing is no success.
        var again = await process.Command.RunAsync(new(World.Cluster, PlanKinds.OpenPrimary, World.Primary, null, "dana") { Request = new("again") }, None);
        Assert.Contains("accepts writes already", Assert.IsType<RecoveryOutcome.Abandoned>(again.Recovery!.Outcome).Says, StringComparison.Ordinal);
        var replica = await process.Command.RunAsync(new(World.Cluster, PlanKinds.OpenPrimary, Db2, null, "dana") { Request = new("again") }, None);
        Assert.Contains("a takeover to db2:3306", replica.Recovery!.Outcome!.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_another_recovery_of_the_cluster_nothing_is_moved()
    {
        await process.Command.RunAsync(Move(Db3, Db2), None, "m1", stages: 0);
        var second = await process.Command.RunAsync(Move(Db2, Db3), None, "m2");
        Assert.Equal((RunStatus.Refused, "recovery m1 of this cluster is running"), (second.End, second.Refusal?.Because));
        Assert.Empty(world.Ran);
    }

    private static OperationRequest Move(InstanceKey? subject, InstanceKey below) => new(World.Cluster, PlanKinds.Relocate, subject, below, "dana");
}
