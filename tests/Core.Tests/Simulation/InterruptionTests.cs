using System.Text.Json;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Simulation;

/// <summary>
/// The controller dies: at every stage boundary, and in every stage after every subset of its steps. Whoever resumes from the stored recovery ends
/// with the same successor and the same outcome (S3, L1), as Patroni's quorum tests do it.
/// </summary>
public sealed class InterruptionTests
{
    private const int MostSubsets = 16;

    [Fact]
    public void A_dead_primary_recovery_ends_the_same_wherever_it_is_interrupted() =>
        Seeds.Each(40_000, 100, seed => Interrupt(new RandomCluster(seed, primaryIsDead: true), PlanKinds.DeadPrimary, seed));

    [Fact]
    public void A_takeover_ends_the_same_wherever_it_is_interrupted() =>
        Seeds.Each(50_000, 100, seed => Interrupt(new RandomCluster(seed, primaryIsDead: false), PlanKinds.Takeover, seed));

    [Fact]
    public void A_move_ends_the_same_wherever_it_is_interrupted() =>
        Seeds.Each(70_000, 200, seed => Interrupt(new RandomCluster(seed, primaryIsDead: false), PlanKinds.Relocate, seed));

    [Fact]
    public void The_steps_of_a_stage_may_run_in_any_order() => Seeds.Each(60_000, 100, seed =>
    {
        foreach (var kind in new[] { PlanKinds.DeadPrimary, PlanKinds.Takeover })
        {
            var cluster = new RandomCluster(seed, kind == PlanKinds.DeadPrimary);
            var recovery = cluster.Recovery(kind);
            for (var now = cluster.Topology; !recovery.IsEnded;)
            {
                var stage = Planner.Next(recovery, now);
                var (forwards, backwards) = (After(now, stage, stage.Steps), After(now, stage, stage.Steps.Reverse()));
                if (Text(forwards.Members) != Text(backwards.Members)) throw new SimulationException($"seed {seed}: the order of the steps of {stage.Name} matters\n{cluster.Written}");
                recovery = recovery.With(new StageRecord(stage, 0, now.TakenAt, new SimulatedFleet(now).Run(stage), now.TakenAt));
                now = forwards;
            }
        }
    });

    private static void Interrupt(RandomCluster cluster, PlanKind kind, int seed)
    {
        var recovery = kind == PlanKinds.Relocate ? cluster.Move(seed) : cluster.Recovery(kind);
        var whole = Rehearsal.Run(recovery, new SimulatedFleet(cluster.Topology));
        var now = cluster.Topology;
        foreach (var record in whole.Stages)
        {
            Same(whole, Rehearsal.Run(RoundTrip(recovery), new SimulatedFleet(now)), $"before {record.Stage.Name}");
            var planned = RoundTrip(recovery.With(record with { Results = [], DoneAt = null }));
            for (var subset = 0; subset < Math.Min(MostSubsets, 1 << record.Stage.Steps.Length); subset++)
            {
                var done = record.Stage.Steps.Where((_, i) => (subset & (1 << i)) != 0);
                Same(whole, Rehearsal.Resume(planned, new SimulatedFleet(After(now, record.Stage, done))), $"in {record.Stage.Name} after steps {subset:b}");
            }
            recovery = recovery.With(record);
            now = After(now, record.Stage, record.Stage.Steps);
        }

        void Same(Recovery expected, Recovery resumed, string where)
        {
            if (Text(expected.Outcome) != Text(resumed.Outcome) || expected.Choice?.Candidate != resumed.Choice?.Candidate)
                throw new SimulationException($"S3: interrupted {where}, seed {seed}\n{cluster.Written}\n"
                    + $"{WrittenTopology.Shorten(RecoveryText.Tell(expected))}\n--- resumed\n{WrittenTopology.Shorten(RecoveryText.Tell(resumed))}");
        }
    }

    private static Topology After(Topology now, PlanStage stage, IEnumerable<PlannedStep> steps)
    {
        var fleet = new SimulatedFleet(now);
        foreach (var step in steps) fleet.Run(stage with { Steps = [step] });
        return fleet.Now;
    }

    private static Recovery RoundTrip(Recovery recovery) => JsonSerializer.Deserialize<Recovery>(Text(recovery), CoreJson.Options)!;

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, CoreJson.Options);
}
