using System.Collections.Immutable;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Simulation;

/// <summary>
/// Dead primaries by the thousand. The numbers are those of <c>functions/Core/Planning/README.md</c>. A failure prints its seed, the cluster, the
/// faults and the story; <c>Simulate(seed)</c> runs that one again.
/// </summary>
public sealed class DeadPrimarySimulationTests
{
    [Theory]
    [InlineData(0, 800, false)]
    [InlineData(10_000, 2500, true)]
    public void Invariants_hold(int firstSeed, int runs, bool withFaults) =>
        Seeds.Each(firstSeed, runs, seed => Simulate(seed, withFaults));

    [Fact]
    public void The_simulation_sees_every_kind_of_end()
    {
        var ends = Enumerable.Range(10_000, 100).Select(seed => Simulate(seed, true).Outcome!.GetType().Name).CountBy(name => name).ToDictionary();
        Assert.True(ends.Count >= 2 && ends["Promoted"] >= 10 && ends["Abandoned"] >= 10, string.Join(", ", ends));
    }

    private static Recovery Simulate(int seed, bool withFaults)
    {
        var cluster = new RandomCluster(seed, primaryIsDead: true);
        var random = new Random(seed);
        var faults = withFaults ? RandomFaults.Draw(random, cluster.Topology.Members.Length) : [];
        var check = new DeadPrimaryInvariants(cluster, faults, seed);
        (int, bool)? comesBack = withFaults && random.Next(4) == 0 ? (random.Next(1, 8), random.Next(2) == 0) : null;
        var world = new World(cluster, random, faults) { Stepped = check.AfterStep, Planned = check.AfterPlanning, Return = comesBack };
        var recovery = cluster.Recovery(PlanKinds.DeadPrimary);
        try
        {
            recovery = world.Run(recovery);
        }
        catch (Exception e) when (e is not SimulationException)
        {
            throw new SimulationException($"the planner threw on {seed}: {e}\n{cluster.Written}\n{string.Join('\n', faults)}");
        }
        check.AfterEnd(recovery, world.Now, hasReturn: comesBack is not null);
        return recovery;
    }
}

/// <summary>What must hold during and after the replacement of a dead primary.</summary>
internal sealed class DeadPrimaryInvariants(RandomCluster cluster, ImmutableArray<Fault> faults, int seed)
{
    private Recovery last = cluster.Recovery(PlanKinds.DeadPrimary);
    private Topology? atChoice;

    public void AfterStep(PlanStep step, int before, int after) =>
        Hold(after <= before || after <= 1, "S1", $"{step.Says} opened a second writer");

    public void AfterPlanning(Recovery recovery, PlanStage stage, Topology now)
    {
        last = recovery.With(new StageRecord(stage, 1, now.TakenAt, []));
        if (stage.Choice is { } choice)
        {
            atChoice = now;
            if (recovery.Choice is { } former && former.Candidate != choice.Candidate)
                Hold(now[former.Candidate] is not { IsSeen: true } died || died.Current!.Links.Any(l => l.ApplierErrorNumber != 0)
                    || now[former.CatchUpFrom ?? former.Candidate] is not { IsSeen: true } || choice.Judgements.Any(j => j.Key == former.Candidate && j.Fault is not null),
                    "S3", "the candidate changed while it lived and nothing had gone wrong with it");
            Hold(choice.Judgements.All(j => j.Fault is null || j.IsRefused), "L8", "one that could not do what was asked is asked again");
        }
        if (stage.Name == "promote")
        {
            BeforePromotion(stage.Choice ?? recovery.Choice!, stage, now);
            var opened = recovery.Stages.SelectMany(s => s.Unrefused).Where(s => s is SetWritable).Select(s => s.Target.Key);
            Hold(opened.All(key => key == (stage.Choice ?? recovery.Choice!).Candidate), "S1", "opened beside one that may be open");
        }
        foreach (var on in stage.Steps.GroupBy(s => s.Step.Target))
            Hold(on.Count() == 1 || (on.All(s => s.Step is ForgetSource or SetSemiSync or SetWritable) && on.SkipLast(1).All(s => s.Step is not SetWritable)) || on.All(s => s.Step is SetEvents)
                || on.All(s => s.Step is PointTo or SetSemiSync { AsSource: false }), "order", $"{on.Key} has steps side by side whose order matters");
    }

    public void AfterEnd(Recovery recovery, Topology now, bool hasReturn)
    {
        last = recovery;
        Hold(!recovery.Outcome!.Says.Contains("did not end within", StringComparison.Ordinal), "L1", "the stage limit was hit");
        switch (recovery.Outcome)
        {
            case RecoveryOutcome.Promoted promoted: AfterPromotion(promoted, now); break;
            case RecoveryOutcome.LostAgain lost: Hold(recovery.HasOpened && lost.Because.Length > 0, "L7", "nobody was opened, so nobody was lost"); break;
            default: AfterGivingUp((RecoveryOutcome.Abandoned)recovery.Outcome, now, hasReturn); break;
        }
    }

    // What comes before the opening in its stage has succeeded when that is sent.
    private void BeforePromotion(CandidateChoice choice, PlanStage stage, Topology seen)
    {
        var now = stage.Steps.TakeWhile(s => s.Step is not SetWritable).Where(s => s.Step.Target.Key == choice.Candidate)
            .Aggregate(seen, (all, s) => s.Step.Effect(all));
        var candidate = now[choice.Candidate]!.Current!;
        Hold(candidate.HasAppliedAll != false && candidate.Gtid.Executed.Contains(choice.Position), "S6", "promoted before all was applied");
        Hold(candidate.Links.Length == 0, "S10", "the promoted server still has a source");
        foreach (var eligible in choice.Judgements.Where(j => !j.IsRefused))
            Hold(candidate.Gtid.Executed.Contains(atChoice![eligible.Key]!.Current!.AllReceived), "S5", $"{eligible.Key} had more");
        var hasAcknowledged = candidate.Gtid.Executed.Contains(cluster.Acknowledged);
        Hold(hasAcknowledged || choice.PossiblyLost.Length > 0, "S4", $"acknowledged {cluster.Acknowledged} is lost in silence");
        Hold(hasAcknowledged || cluster.Policy.AllowPossibleLoss, "S4", "acknowledged transactions are lost against the policy");
        Hold(now[RandomCluster.Primary] is not { Current.ReadOnly: false }, "S8", "promoted while the old primary was seen writable");
        NeverPromoted(now[choice.Candidate]!);
    }

    private void NeverPromoted(Member candidate)
    {
        var start = cluster.Topology[candidate.Key]!;
        var was = start.LastKnown!;
        Hold(start.PromotionRule != PromotionRule.MustNot && start.Downtime is null && start.Outcome is not ProbeOutcome.Partly, "S7", "rule, downtime or partial sight");
        Hold(was.LogsReplicaUpdates && was.Link is { DelaySeconds: 0, HasFilters: false, ApplierErrorNumber: 0 }, "S7", "binary log, delay, filters or applier");
        Hold(!cluster.Policy.SameDataCenterOnly || was.Location.DataCenter == cluster.Topology[RandomCluster.Primary]!.LastKnown!.Location.DataCenter, "S7", "data centre");
        Hold(ErrantTransactions.In(was, cluster.Topology[RandomCluster.Primary]!.LastKnown, []).IsEmpty, "S7", "errant");
    }

    private void AfterPromotion(RecoveryOutcome.Promoted promoted, Topology now)
    {
        var jobs = cluster.Topology[RandomCluster.Primary]!.LastKnown!.Events!.Running;
        Hold(now[promoted.Key]!.Current!.Events!.Are(jobs, EventState.Enabled) || promoted.Remark.Contains("scheduled events", StringComparison.Ordinal),
            "S20", "events of the old primary run nowhere, and nobody is told");
        var lost = promoted.Lost.Select(l => l.Key).ToHashSet();
        Hold(promoted.Lost.All(l => l.Because.Length > 0), "L2", "lost without a reason");
        var primary = now[promoted.Key]!.Current;
        Hold(primary is { ReadOnly: false } || last.Stages[^2].Stage.Steps.Length > 0, "L1", "a success without a writer");
        if (primary is not null)
        {
            var given = GivenAcknowledgements.Given(now, promoted.Key);
            var couldNotBeTold = faults.Any(f => f is Fault.StepFails { Verb: "SetSemiSync" } or Fault.StepTimesOut { Verb: "SetSemiSync" } or Fault.ServerDies);
            Hold(!primary.SemiSync.SourceEnabled || primary.SemiSync.WaitForReplicas <= given || couldNotBeTold, "L3", $"it waits for {primary.SemiSync.WaitForReplicas} and gets {given}");
        }
        foreach (var member in now.Members.Where(m => m.IsSeen && m.Key != promoted.Key && m.Key != RandomCluster.Primary))
            Hold(Above(now, member).Any(m => m.Key == promoted.Key || lost.Contains(m.Key)), "L2", $"{member.Key} neither follows nor is listed as lost");
        Hold(now.CoPrimaries.Length == 0, "S10", "a ring");
    }

    private void AfterGivingUp(RecoveryOutcome.Abandoned abandoned, Topology now, bool hasReturn)
    {
        Hold(abandoned.Refusal.Because.Length > 0, "L7", "no reason");
        Hold(faults.Length > 0 || hasReturn || abandoned.Refusal.Remedy.Length > 0, "L7", "without a fault every refusal names a setting");
        Hold(now.CoPrimaries.Length == 0, "S10", "a ring");
        if (last.HasOpened) return;
        foreach (var before in cluster.Topology.Members.Where(m => m.LastKnown!.Link is { Applier: ReplicationThread.Stopped }))
            Hold(now[before.Key]!.LastKnown!.Link is not { Applier: ReplicationThread.Running } || last.Stages.SelectMany(s => s.Stage.Steps).Any(s => Starts(s.Step, before.Key)),
                "S19", $"the applier of {before.Key} was stopped before and runs now");
        var stopped = last.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<StopReceiving>().Select(s => now[s.Target.Key]!);
        foreach (var member in stopped.Where(m => m.Current is { Links: var links } && links.Any(l => l.Receiver == ReplicationThread.Stopped)))
            Hold(abandoned.Refusal.Because.Contains(member.Key.ToString(), StringComparison.Ordinal), "L3", $"{member.Key} is left with its receiver stopped, and nobody is told");
        foreach (var member in now.Members.Where(m => m.IsSeen && m.Key != RandomCluster.Primary))
            Hold(Above(now, member).Any(m => m.Key == RandomCluster.Primary || !m.IsSeen || abandoned.Refusal.Because.Contains(m.Key.ToString(), StringComparison.Ordinal)),
                "L3", $"{member.Key} was not put back, and nobody is told");
    }

    private static bool Starts(PlanStep step, InstanceKey key) =>
        step.Target.Key == key && step is PointTo or StartReplication { Threads: ReplicationThreads.Applier } or WaitUntilApplied;

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
