using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>
/// What there is to tell of a recovery, from its record alone. A later version of the record gives the same notices and
/// maybe more behind them, so a count says how far somebody was told.
/// </summary>
public static class Notices
{
    /// <param name="alias">The cluster's name for people; empty when it has none.</param>
    public static ImmutableArray<Notice> Of(Recovery recovery, string alias = "")
    {
        ArgumentNullException.ThrowIfNull(recovery);
        var who = alias.Length > 0 ? alias : recovery.Cluster.Value;
        var all = recovery.Outcome is RecoveryOutcome.Held held ? [Held(recovery, held, who)] : Ran(recovery, who);
        return [.. all.Select(n => n with { Text = n.Says, Alias = alias.Length > 0 ? alias : null })];
    }

    private static IEnumerable<Notice> Ran(Recovery recovery, string who)
    {
        // What is given up before anything is done ends without having begun.
        if (recovery.Stages is [{ Stage.IsLast: false }, ..]) yield return Began(recovery, who);
        CandidateChoice? choice = null;
        for (var i = 0; i < recovery.Stages.Length; i++)
        {
            var (stage, at) = (recovery.Stages[i].Stage, recovery.Stages[i].PlannedAt);
            choice = stage.Choice ?? choice;
            if (stage.AwaitsApproval) yield return Asked(recovery, who, choice, stage, at, i + 1);
            if (stage.Outcome is { } outcome) yield return Ended(recovery, who, choice, outcome, at);
        }
    }

    // One id may be held for several reasons, one after the other.
    private static Notice Held(Recovery recovery, RecoveryOutcome.Held held, string who) => New(
        recovery, NoticeType.FailureHeld, recovery.Stages[^1].PlannedAt,
        $"{who}: nothing is done about {recovery.Subject} ({recovery.Code}), because {held.Refusal.Says}",
        $"/{StableHash.Of($"{held.Refusal.Because}\n{held.Refusal.Remedy}"):x16}") with
    {
        Outcome = held.Name, Because = held.Refusal.Because, Remedy = OrNull(held.Refusal.Remedy),
    };

    private static Notice Began(Recovery recovery, string who) => New(
        recovery, NoticeType.RecoveryBegan, recovery.StartedAt,
        $"{who}: {What(recovery)} began, asked for by {recovery.Actor}"
        + (recovery.Sentence.Length > 0 ? $": {recovery.Sentence}" : ""));

    private static Notice Asked(Recovery recovery, string who, CandidateChoice? choice,
        PlanStage stage, DateTimeOffset at, int number) => New(
        recovery, NoticeType.ApprovalAsked, at,
            $"{who}: {What(recovery)} waits for an operator: {stage.Because} Recovery {recovery.Id}", $"/{number}") with
    {
        Candidate = choice?.Candidate, PossiblyLost = OrNull(choice?.PossiblyLost), Because = stage.Because,
    };

    private static Notice Ended(Recovery recovery, string who, CandidateChoice? choice,
        RecoveryOutcome outcome, DateTimeOffset at)
    {
        var ended = New(recovery, NoticeType.RecoveryEnded, at,
            $"{who}: {What(recovery)} ended. {outcome.Says}") with { Outcome = outcome.Name };
        return outcome switch
        {
            RecoveryOutcome.Promoted promoted => ended with { Successor = promoted.Key,
                Lost = promoted.Lost, PossiblyLost = OrNull(choice?.PossiblyLost) },
            RecoveryOutcome.Abandoned given =>
                ended with { Because = given.Refusal.Because, Remedy = OrNull(given.Refusal.Remedy) },
            RecoveryOutcome.LostAgain lost => ended with { Because = lost.Says },
            RecoveryOutcome.RolledBack back => ended with { Because = back.Because },
            _ => ended,
        };
    }

    private static Notice New(Recovery recovery, string type, DateTimeOffset at, string says, string turn = "") => new()
    {
        Type = type, Id = $"{recovery.Id}/{type}{turn}", At = at, Says = says, Text = says,
            Cluster = recovery.Cluster, Recovery = recovery.Id, Kind = recovery.Kind,
        Code = recovery.Code, Subject = recovery.Subject, Actor = recovery.Actor,
    };

    private static string What(Recovery recovery) => recovery.Kind.Title(recovery.Subject, recovery.Target);

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
