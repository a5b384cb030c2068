using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Simulation.Processes;

/// <content>Problems that no plan removes.</content>
public sealed partial class Recoveries
{
    private static readonly TimeSpan HeldAfter = new WatchPolicy().HeldAfter;

    /// <summary>Why nothing is done is recorded when a problem has lasted (Flow/Watching/Verdicts).</summary>
    public void NoteUnacted(ImmutableArray<Analysis> found, Topology seen)
    {
        foreach (var analysis in found.Where(a => !a.IsActionable && IsRecorded(seen, a)))
        {
            var id = (analysis.Key, analysis.Code);
            var known = standing.GetValueOrDefault(id) ?? (standing[id] = new StandingProblem(process.Running));
            if (!known.IsToBeRecordedAt(process.Running, HeldAfter)) continue;
            var why = new Refusal(string.Join("; ", analysis.Because), analysis.Advice);
            standing[id] = known.HeldAt(process.Running, why.Because) with { Recorded = why.Because };
            World.Play?.Say(process.Name, $"records {analysis.Code} of {analysis.Key.Host}: {why.Says}");
            var record = new StageRecord(PlanStage.End("held", new RecoveryOutcome.Held(why)), 0, process.Wall, []);
            var held = Unacted(analysis).With(record);
            process.Call(s =>
            {
                s.RecordHeld(held);
                return true;
            }, _ => { }, () => { });
        }
    }

    private static bool IsRecorded(Topology seen, Analysis analysis) => seen.Primary?.Key == analysis.Key
        || (analysis.Replicas.Total > 0 && seen[analysis.Key] is { IsSeen: false });

    // It is counted as no recovery: it holds nothing and ends nothing.
    private Recovery Unacted(Analysis found) => new()
    {
        Id = $"{process.Name}-{found.Code}-{World.Now}", Cluster = World.Cluster, Kind = PlanKinds.None,
        Actor = "watcher", StartedAt = process.Wall, Subject = found.Key, Code = found.Code, Sentence = found.Sentence,
        Evidence = found.Because, Policy = World.Shape.Policy,
    };
}
