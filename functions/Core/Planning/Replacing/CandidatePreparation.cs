using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// What makes a candidate that has everything ready to be opened: it follows nobody, its siblings follow it.
/// </summary>
internal sealed record CandidatePreparation(DeadPrimarySituation Situation, Member Candidate)
{
    private Followers Followers => new(Situation.Topology, Situation.Original, Situation.Old, Candidate);

    /// <summary>What is not so yet; empty when the candidate itself is ready.</summary>
    public ImmutableArray<PlannedStep> Steps
    {
        get
        {
            var steps = ImmutableArray.CreateBuilder<PlannedStep>();
            var forget = new ForgetSource(Candidate.Key);
            if (!forget.IsSatisfiedBy(Situation.Topology)) steps.Add(Must(forget, "a primary follows nobody"));
            if (SemiSyncRule.Of(Situation.Old) is { } rule
                && rule.ForNewWriter(Candidate, Followers.Ackers) is { } role)
                steps.Add(Must(role, rule.Reason(Followers.Ackers)));
            if (steps.Count == 0) return [];
            // A sibling the candidate fetched from follows later: both ways at once would be a ring (S10).
            var straying = Followers.Straying.Where(r => Situation.Topology.LinkBetween(Candidate, r.Key) is null);
            return [.. steps, .. straying.Select(r => Followers.Point(r, Situation.Policy))];
        }
    }

    /// <summary>What else has to be known, beginning with "; ", empty when nothing.</summary>
    public string Remark => SemiSyncRule.Of(Situation.Old)?.WaitWith(Followers.Ackers) == 0
        ? "; no replica is left to acknowledge, so it will not wait for any"
        : "";

    private PlannedStep Must(PlanStep step, string because) =>
        new(step, Tolerance.Must, Situation.Policy.StepTimeout, because);
}
