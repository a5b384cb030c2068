using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>
/// Moves several servers in one plan. Each of them is planned as if it were moved alone (<see cref="RelocatePlanner"/>,
/// on the part of the record that is about it) and has an end of its own; stages of the same name go side by side.
/// </summary>
internal sealed class ManyMoves
{
    /// <summary>So many servers go at the same time.</summary>
    public const int Abreast = 16;

    // In this order; what goes back comes last.
    private static readonly ImmutableArray<string> Order =
        ["prepare", "stand-still", "drain", "move", "arrive", "unmark"];

    private readonly Recovery recovery;
    private readonly Topology topology;
    private readonly ImmutableArray<PlannedMove> moves;
    private readonly bool isChain, again;

    /// <summary>So many servers go at the same time in this plan.</summary>
    public int Most { get; init; } = Abreast;

    /// <param name="moves">All of them, in the order in which they go.</param>
    /// <param name="isChain">One begins when the one before has arrived, and not at all when that has failed.</param>
    /// <param name="again">Servers are pointed anew also where they follow their target.</param>
    public ManyMoves(
        Recovery recovery, Topology topology, ImmutableArray<PlannedMove> moves, bool isChain = false,
        bool again = false) =>
        (this.recovery, this.topology, this.moves, this.isChain, this.again) =
            (recovery, topology, moves, isChain, again);

    public PlanStage Next()
    {
        var ended = Settled.ToDictionary(v => v.Key, v => v.Outcome);
        var news = ImmutableArray.CreateBuilder<EndedMove>();
        var open = new List<PlanStage>();
        var ahead = topology;
        foreach (var move in moves.Where(m => !ended.ContainsKey(m.Key)))
        {
            if (open.Count == (isChain ? 1 : Most)) break;
            if (again && HasToWait(move, open)) continue;
            var next = isChain && news.Concat(Settled).FirstOrDefault(v => !v.Outcome.IsSuccess) is { } failed
                ? PlanStage.Abandon($"{failed.Key} was to be moved first: {failed.Outcome.Says}")
                : NextOf(move, ahead);
            if (next.Outcome is { } outcome) news.Add(new EndedMove(move.Key, outcome));
            else open.Add(next);
            // Each sees what those before it are about to do: the last one to acknowledge stays where it is.
            ahead = next.Steps.Aggregate(ahead, (seen, planned) => planned.Step.Effect(seen));
        }
        return (open.Count > 0 ? Merged(open) : End([.. Settled, .. news])) with
        {
            EndedMoves = news.Count > 0 ? news.ToImmutable() : default,
            Moves = recovery.Stages.IsEmpty ? moves : default,
        };
    }

    // Pointed to the source it has, it stands still for a moment: of those that acknowledge one at a time.
    private bool HasToWait(PlannedMove move, List<PlanStage> open) =>
        SemiSyncRule.Acknowledges(topology[move.Key]?.Current)
        && open.SelectMany(s => s.Steps).Any(s => SemiSyncRule.Acknowledges(topology[s.Step.Target.Key]?.Current));

    private IEnumerable<EndedMove> Settled => recovery.Stages.Select(s => s.Stage.EndedMoves)
        .Where(v => !v.IsDefault).SelectMany(v => v);

    private PlanStage NextOf(PlannedMove move, Topology ahead)
    {
        var alone = Alone(move);
        if (topology[move.Key] is null) return PlanStage.Abandon($"{move.Key} was forgotten meanwhile");
        return alone.Stages.IsEmpty && recovery.Cancelled is { } word
            ? PlanStage.Abandon($"it was not begun: {word.Says}")
            : again ? RepointPlanner.Next(alone, ahead) : new RelocatePlanner(alone, ahead).Next();
    }

    // The record as it would be had this server been moved alone. A word that ends the plan ends every part of it.
    private Recovery Alone(PlannedMove move)
    {
        var stages = recovery.Stages.Select(s => Alone(s, move.Key)).OfType<StageRecord>().ToImmutableArray();
        if (recovery.Cancelled is { } word && !stages.IsEmpty)
            stages = stages.SetItem(stages.Length - 1, stages[^1] with { Signal = word });
        return recovery with { Subject = move.Key, Target = move.Target, Stages = stages };
    }

    private static StageRecord? Alone(StageRecord record, InstanceKey key)
    {
        var steps = record.Stage.Steps;
        int[] mine = [.. Enumerable.Range(0, steps.Length).Where(i => steps[i].Step.Target.Key == key)];
        if (mine.Length == 0) return null;
        return record with
        {
            Stage = record.Stage with { Steps = [.. mine.Select(i => steps[i])] },
            Results = [.. mine.Where(i => i < record.Results.Length).Select(i => record.Results[i])],
        };
    }

    // What goes back says why, and each server for its own reason.
    private static PlanStage Merged(List<PlanStage> open)
    {
        var first = open.MinBy(Rank)!;
        PlanStage[] same =
        [
            .. open.Where(s => s.Name == first.Name && s.GoesBack == first.GoesBack
                && (!s.GoesBack || s.Because == first.Because)),
        ];
        var because = same.Length == 1 ? first.Because : $"{first.Because}; and {same.Length - 1} more";
        return first with
        {
            Because = first.GoesBack ? first.Because : because, Steps = [.. same.SelectMany(s => s.Steps)],
        };
    }

    private static int Rank(PlanStage stage) =>
        (stage.GoesBack ? Order.Length + 1 : 0)
        + (Order.IndexOf(stage.Name) is >= 0 and var place ? place : Order.Length);

    private static PlanStage End(ImmutableArray<EndedMove> all)
    {
        var left = all.Where(v => !v.Outcome.IsSuccess).Select(v => new Lost(v.Key, Why(v.Outcome))).ToImmutableArray();
        var outcome = new RecoveryOutcome.Moved(all.Length - left.Length, left);
        return PlanStage.End("moved", outcome);
    }

    private static string Why(RecoveryOutcome outcome) => outcome.WhyNot?.Says ?? outcome.Says;
}
