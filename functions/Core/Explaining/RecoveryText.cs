using System.Globalization;
using System.Text;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>
/// Tells the story of a recovery, planned or done: what failed, who was chosen and why, each stage with its reason and
/// results.
/// </summary>
public static class RecoveryText
{
    /// <summary>One line for lists.</summary>
    public static string Line(Recovery recovery) =>
        $"{recovery.Id}  {recovery.StartedAt.ToString("u", CultureInfo.InvariantCulture)}  "
        + $"{recovery.Kind}  {recovery.Subject}  "
        + (recovery.Outcome?.Says ?? (recovery.AwaitsApproval
            ? $"waits for approval: {recovery.Stages[^1].Stage.Because}"
            : "running: " + (recovery.Stages.LastOrDefault()?.Stage.Name ?? "not begun")));

    /// <summary>The whole story.</summary>
    /// <param name="statements">Gives the statements a step sends, to print them below it; null to leave them
    /// out.</param>
    public static string Tell(Recovery recovery, Func<PlannedStep, IReadOnlyList<string>>? statements = null)
    {
        var text = new StringBuilder();
        text.Append(
            $"{recovery.Kind} of {recovery.Subject} in cluster {recovery.Cluster}, asked for by {recovery.Actor}\n");
        if (recovery.Sentence.Length > 0)
            text.Append($"{(recovery.Code is { } code ? $"{code}: " : "")}{recovery.Sentence}\n");
        foreach (var evidence in recovery.Evidence) text.Append($"  - {evidence}\n");
        TellChoice(text, recovery.Choice);
        var number = 0;
        foreach (var record in recovery.Stages) TellStage(text, record, recovery.StartedAt, ++number, statements);
        text.Append($"Outcome: {recovery.Outcome?.Says ?? "not ended"}\n");
        return text.ToString();
    }

    private static void TellChoice(StringBuilder text, CandidateChoice? choice)
    {
        if (choice is null) return;
        text.Append("Candidates:\n");
        foreach (var judged in choice.Judgements)
            text.Append($"  {Place(judged, choice.Candidate)} {judged.Key}: {Told(judged)}\n");
        if (choice.PossiblyLost.Length > 0) text.Append($"Possibly lost: {choice.PossiblyLost}\n");
        if (choice.Checked.Length > 0) text.Append($"Durability: {choice.Checked}\n");
    }

    private static string Place(CandidateJudgement judged, InstanceKey chosen)
    {
        if (judged.IsRefused) return "refused";
        return judged.Key == chosen ? "chosen " : $"rank {judged.Rank} ";
    }

    private static string Told(CandidateJudgement judged) =>
        judged.IsRefused ? new Refusal(judged.Says, judged.Remedy).Says : judged.Says;

    private static void TellStage(StringBuilder text, StageRecord record, DateTimeOffset start,
        int number, Func<PlannedStep, IReadOnlyList<string>>? statements)
    {
        var since = (record.PlannedAt - start).TotalMilliseconds;
        var later = since > 0 ? $"  +{since:0} ms" : "";
        text.Append($"{number}. {record.Stage.Name}{later}\n   because {record.Stage.Because}\n");
        for (var i = 0; i < record.Stage.Steps.Length; i++)
        {
            var planned = record.Stage.Steps[i];
            var result = i < record.Results.Length ? $"  [{Result(record.Results[i])}]" : "";
            text.Append($"   * {planned.Step.Says}{Told(planned.Tolerance)}: {planned.Because}{result}\n");
            foreach (var sql in statements?.Invoke(planned) ?? []) text.Append($"       {sql}\n");
        }
        if (record.Undo is { } undo) TellUndo(text, record.Stage.Block!, undo);
        if (record.Signal is { } word) text.Append($"   > {word.Says}\n");
        foreach (var finding in record.Findings) text.Append($"   ! {finding}\n");
    }

    private static string Told(Tolerance tolerance) => tolerance switch
    {
        Tolerance.BestEffort => " (best effort)",
        Tolerance.Beside => " (not waited for)",
        _ => "",
    };

    private static void TellUndo(StringBuilder text, WriteBlock block, BlockUndo undo)
    {
        var result = undo.Result is null ? "" : $"  [{Result(undo.Result)}]";
        text.Append($"   undone because {undo.Because}\n");
        text.Append($"   * {block.Undo.Step.Says}: {block.Undo.Because}{result}\n");
    }

    private static string Result(StepResult result) => result.State switch
    {
        StepState.Done =>
            $"done, {result.Took.TotalMilliseconds:0} ms{(result.Says.Length > 0 ? ": " + result.Says : "")}",
        StepState.AlreadyTrue => "already true",
        StepState.Queued => "sent, not answered yet",
        StepState.TimedOut =>
            $"no answer in {result.Took.TotalMilliseconds:0} ms{(result.Says.Length > 0 ? ": " + result.Says : "")}",
        _ => $"failed: {result.Says}",
    };
}
