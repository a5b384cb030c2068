using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>What is seen around a dead primary while it is replaced.</summary>
/// <param name="Original">The cluster as it stood before any replica was moved.</param>
internal sealed record DeadPrimarySituation(Recovery Recovery, Topology Topology, Topology Original, Member Old)
{
    /// <summary>Replicas that could still get something from the old primary: what they hold is not known.</summary>
    public ImmutableArray<Member> StillReceiving =>
    [
        .. Topology.ReplicasOf(Old.Key)
            .Where(r => r.IsSeen && Topology.LinkBetween(r, Old.Key)!.Receiver != ReplicationThread.Stopped),
    ];

    /// <summary>
    /// Whether a replica that still receives has to be waited for: there is no candidate without it, or it has received
    /// what the candidate would not get (S5).
    /// </summary>
    public bool NeedsOneThatReceives(CandidateChoice? choice) =>
        StillReceiving.Any(r => choice is null || !Holds(choice.Position, r.Now!.Reachable));

    private static bool Holds(GtidPosition all, GtidPosition part) =>
        all.GetType() == part.GetType() && all.Contains(part);

    /// <summary>Somebody else's new writer: it was a replica and was not cut loose by us (S1).</summary>
    public Member? OtherWriter => Topology.Roots.FirstOrDefault(m =>
        m.Now is { ReadOnly: false } && Original.ReplicasOf(Old.Key).Any(r => r.Key == m.Key) && !WasCutLoose(m.Key));

    /// <summary>Servers replaced by earlier recoveries that are back and accept writes.</summary>
    public ImmutableArray<Member> OpenFormerPrimaries =>
        [.. Topology.Members.Where(m => m is { IsFormerPrimary: true, Now.ReadOnly: false } && m.Key != Old.Key)];

    /// <summary>That the old primary lives, in words; only to be said when it does.</summary>
    public string LifeSign =>
        $"{Old.Key} answers again"
        + (Old.Outcome is ProbeOutcome.Failed refusal ? $", with a refusal ({refusal.Says})" : "");

    /// <summary>Whether a candidate is kept: unless it, its applier or the sibling it needs died (S3).</summary>
    public bool IsUsable(CandidateChoice choice)
    {
        if (Topology[choice.Candidate]?.Now is not { } candidate) return false;
        if (candidate.Links.Any(l => l.ApplierErrorNumber != 0)) return false;
        if (choice.CatchUpFrom is not { } from) return true;
        return candidate.Reachable.Contains(choice.Position) || Topology[from] is { IsSeen: true };
    }

    private bool WasCutLoose(InstanceKey key) =>
        Recovery.Stages.SelectMany(s => s.Stage.Steps).Any(p => p.Step is ForgetSource && p.Step.Target.Key == key);
}
