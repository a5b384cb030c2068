using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// What makes a candidate that has everything ready to be opened: it accepts no writes yet, it follows nobody, and
/// where it is to wait for acknowledgements, those that give them are being pointed to it. All other siblings follow
/// beside the promotion, not before it.
/// </summary>
/// <param name="WasPointed">Whether a replica was told to follow this candidate, and answered.</param>
/// <param name="Tries">How often it was prepared before: then it is told to wait for fewer, and not for more.</param>
internal sealed record CandidatePreparation(
    DeadPrimarySituation Situation, Member Candidate, Func<Member, bool> WasPointed, int Tries)
{
    private Followers Followers => new(Situation, Candidate);

    private int Ackers => Followers.Ackers(WasPointed);

    private SemiSyncRule? Rule => Situation.RuleOf(Candidate);

    /// <summary>What is not so yet; empty when the candidate itself is ready.</summary>
    public ImmutableArray<PlannedStep> Steps
    {
        get
        {
            // Cut from its source it would be a writer that nobody decided on (S1, S18).
            if (Candidate.Current is { AcceptsWrites: true, IsReplica: true })
                return [Must(new SetReadOnly(Candidate.Key), "it is opened by the last stage, and not before")];
            var steps = ImmutableArray.CreateBuilder<PlannedStep>();
            var link = LinkTarget.Meant(Situation.Topology, Candidate, Situation.Old.Key);
            var target = LinkTarget.Of(Situation.Topology, Candidate, Situation.Old.Key);
            var forget = ForgetSource.Of(target, link);
            if (!forget.IsSatisfiedBy(Situation.Topology)) steps.Add(Must(forget, "a primary follows nobody"));
            if (Role is { } role) steps.Add(Must(role, Rule!.Reason(Ackers)));
            if (steps.Count == 0) return [];
            // They begin now, so that they acknowledge soon; a slow one must not keep the cluster from its writer.
            var pointing = Acknowledging.SelectMany(Followers.Point);
            return [.. steps, .. pointing.Select(p => p with { Tolerance = Tolerance.Beside })];
        }
    }

    /// <summary>
    /// Siblings that follow beside the promotion. What has relay log left to apply follows when the promotion is known
    /// to have succeeded: pointing it elsewhere discards it, and the candidate may still be lost.
    /// </summary>
    public IEnumerable<PlannedStep> Beside =>
        Followers.Straying.Where(r => r.Current!.HasAppliedAll != false).SelectMany(Followers.Point);

    /// <summary>What else has to be known, beginning with "; ", empty when nothing.</summary>
    public string Remark => Rule?.WaitWith(Ackers) == 0
        ? "; no replica is left to acknowledge, so it will not wait for any"
        : "";

    private SetSemiSync? Role
    {
        get
        {
            // Replicas that come and go must not keep it from being opened: what is amiss is mended afterwards.
            if (Tries > Situation.Policy.Attempts) return null;
            if (Rule?.ForNewWriter(Candidate, Ackers) is not { } role) return null;
            var now = Candidate.Current!.SemiSync;
            var isRaised = now.SourceEnabled && role.AsSource && role.WaitForReplicas > now.WaitForReplicas;
            return Tries > 0 && isRaised ? null : role;
        }
    }

    // A sibling the candidate fetched from follows later: both ways at once would be a ring (S10). So does one whose
    // applier a person stopped: it would never apply what pointing it elsewhere discards, and the candidate may be lost
    // yet (S6).
    private IEnumerable<Member> Acknowledging => Rule?.WaitWith(Ackers) > 0
        ? Followers.Straying.Where(r => Followers.Acknowledges(r) && !Keeps(r)
            && Situation.Topology.LinkBetween(Candidate, r.Key) is null)
        : [];

    private static bool Keeps(Member replica) =>
        replica.Current is { HasAppliedAll: false } now && now.Links.Any(ThreadsAsTheyWere.IsApplierStopped);

    private PlannedStep Must(PlanStep step, string because) =>
        new(step, Tolerance.Must, Situation.Policy.StepTimeout, because);
}
