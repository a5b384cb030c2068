using System.Collections.Immutable;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Simulation;

/// <summary>Planned switches by the thousand, with clients writing until they are stopped.</summary>
public sealed class TakeoverSimulationTests
{
    private static readonly string[] Verbs = ["PointTo", "SetReadOnly", "WaitUntilApplied", "ForgetSource", "SetSemiSync", "SetWritable", "SetEvents"];

    [Theory]
    [InlineData(20_000, 500, false)]
    [InlineData(30_000, 2500, true)]
    [InlineData(40_000, 1500, true, true)]
    public void Invariants_hold(int firstSeed, int runs, bool withFaults, bool isClosed = false) =>
        Seeds.Each(firstSeed, runs, seed => Simulate(seed, withFaults, isClosed));

    [Fact]
    public void The_simulation_sees_every_kind_of_end()
    {
        var ends = Enumerable.Range(30_000, 200).Select(seed => Simulate(seed, true).Outcome!.GetType().Name).CountBy(name => name).ToDictionary();
        string[] common = ["Promoted", "Abandoned", "RolledBack"];
        Assert.True(common.All(end => ends.GetValueOrDefault(end) >= 10), string.Join(", ", ends));
    }

    private static Recovery Simulate(int seed, bool withFaults, bool isClosed = false)
    {
        var cluster = new RandomCluster(seed, primaryIsDead: false, isClosed);
        var random = new Random(seed);
        var faults = withFaults ? RandomFaults.Draw(random, cluster.Topology.Members.Length, Verbs) : [];
        var check = new TakeoverInvariants(cluster, faults, seed);
        var world = new World(cluster, random, faults) { Stepped = check.AfterStep, Planned = check.AfterPlanning };
        Recovery recovery;
        try
        {
            recovery = world.Run(cluster.Recovery(PlanKinds.Takeover));
        }
        catch (Exception e) when (e is not SimulationException)
        {
            throw new SimulationException($"the planner threw on {seed}: {e}\n{cluster.Written}\n{string.Join('\n', faults)}");
        }
        check.AfterEnd(recovery, world.Now);
        return recovery;
    }
}

/// <summary>What must hold during and after a planned switch.</summary>
internal sealed class TakeoverInvariants(RandomCluster cluster, ImmutableArray<Fault> faults, int seed)
{
    private Recovery last = cluster.Recovery(PlanKinds.Takeover);

    public void AfterStep(PlanStep step, int before, int after) =>
        Hold(after <= before || after <= 1, "S1", $"{step.Says} opened a second writer");

    public void AfterPlanning(Recovery recovery, PlanStage stage, Topology now)
    {
        last = recovery.With(new StageRecord(stage, 1, now.TakenAt, []));
        Hold(recovery.Choice is null || stage.Choice is null || recovery.Choice.Candidate == stage.Choice.Candidate, "S3", "the successor changed");
        foreach (var on in stage.Steps.GroupBy(s => s.Step.Target.Key))
            Hold(on.Count(s => s.Step is not SetEvents) <= 1 || on.All(s => s.Step is ForgetSource or SetSemiSync { AsSource: true }), "order", $"{on.Key} has steps side by side whose order matters");
        if (stage.Name != "open") return;
        var old = now[RandomCluster.Primary]!;
        var successor = now[recovery.Choice!.Candidate]!.Current!;
        Hold(old.Current is null or { ReadOnly: true }, "S9", "the new writer is opened before the old one is withdrawn");
        Hold(successor.Gtid.Executed.Contains(old.LastKnown!.Gtid.Executed), "S11", "the successor lacks something of the frozen primary");
        Hold(successor.Links.Length == 0, "S10", "the successor still has a source");
        Hold(!cluster.IsMariaDb || old.LastKnown!.Events!.Running.IsEmpty, "S11", "read_only does not stop the events of the old primary");
    }

    public void AfterEnd(Recovery recovery, Topology now)
    {
        last = recovery;
        Hold(!recovery.Outcome!.Says.Contains("did not end within", StringComparison.Ordinal), "L1", "the stage limit was hit");
        Hold(now.CoPrimaries.Length == 0, "S10", "a ring");
        switch (recovery.Outcome)
        {
            case RecoveryOutcome.Promoted promoted: Switched(promoted, now); break;
            case RecoveryOutcome.LostAgain lost: Hold(now[lost.Key] is not { Current.ReadOnly: false }, "S20", "the new primary accepts writes"); break;
            case RecoveryOutcome.RolledBack rolledBack: RolledBack(rolledBack, now); break;
            case RecoveryOutcome.Abandoned abandoned: Abandoned(abandoned); break;
            default: Hold(false, "L7", "an unexpected outcome"); break;
        }
    }

    private void Switched(RecoveryOutcome.Promoted promoted, Topology now)
    {
        Hold(now[RandomCluster.Primary] is not { Current.ReadOnly: false }, "S11", "the old primary still accepts writes");
        Hold(now[promoted.Key] is { Current.ReadOnly: false }, "S11", "the new primary is not seen to accept writes");
        var jobs = cluster.Topology[RandomCluster.Primary]!.Current!.Events!.Running;
        Hold(now[promoted.Key]!.Current!.Events!.Are(jobs, EventState.Enabled)
            || promoted.Remark.Contains("scheduled events", StringComparison.Ordinal), "S20", "events of the old primary run nowhere, and nobody is told");
        var lost = promoted.Lost.Select(l => l.Key).ToHashSet();
        foreach (var member in now.Members.Where(m => m.IsSeen && m.Key != promoted.Key))
            Hold(Above(now, member).Any(m => m.Key == promoted.Key || lost.Contains(m.Key)), "L2", $"{member.Key} neither follows nor is listed as lost");
    }

    private void RolledBack(RecoveryOutcome.RolledBack rolledBack, Topology now)
    {
        // One that was found closed is left so: nothing of this plan closed it.
        var wasClosed = cluster.Topology[RandomCluster.Primary] is { Current.ReadOnly: true };
        Hold(now[RandomCluster.Primary] is not { Current.ReadOnly: var isClosed } || isClosed == wasClosed, "S11",
            $"the old primary was left {(wasClosed ? "writable" : "read-only")}");
        var jobs = cluster.Topology[RandomCluster.Primary]!.Current!.Events!.Running;
        Hold(now[RandomCluster.Primary] is not { Current.Events: { } events } || events.Are(jobs, EventState.Enabled)
            || rolledBack.Because.Contains("scheduled events", StringComparison.Ordinal), "S11", "events are left disabled");
        foreach (var before in cluster.Topology.Members.Where(m => m.Key != RandomCluster.Primary && now[m.Key]!.IsSeen && m.IsSeen))
        {
            var link = now[before.Key]!.Current!.Link;
            var isNamed = rolledBack.Because.Contains(before.Key.ToString(), StringComparison.Ordinal);
            Hold((link?.Source == before.Current!.Link!.Source && link.Receiver != ReplicationThread.Stopped) || isNamed, "S11", $"{before.Key} is not where it was");
            Hold(now[before.Key]!.Current!.SemiSync.SourceEnabled == before.Current!.SemiSync.SourceEnabled || isNamed, "S11", $"{before.Key} still waits for acknowledgements");
        }
    }

    private void Abandoned(RecoveryOutcome.Abandoned abandoned)
    {
        Hold(abandoned.Refusal.Because.Length > 0, "L7", "no reason");
        var undone = last.Stages.SelectMany(s => s.Stage.Steps.Zip(s.Results)).Any(p => p.First.Step is SetWritable && !p.Second.IsSuccess);
        Hold(last.Stages.Length == 1 || undone || faults.Any(f => f is Fault.ServerDies), "S11", "given up in between, and nobody died");
    }

    private static IEnumerable<Member> Above(Topology now, Member member)
    {
        var seen = new HashSet<InstanceKey>();
        for (var at = member; at is not null && seen.Add(at.Key); at = now.SourcesOf(at).FirstOrDefault()) yield return at;
    }

    private void Hold(bool holds, string number, string what)
    {
        if (!holds) throw new SimulationException($"{number}: {what}\nseed {seed}\n{cluster.Written}\n{cluster.Policy}\n{string.Join('\n', faults)}\n{WrittenTopology.Shorten(RecoveryText.Tell(last))}");
    }
}
