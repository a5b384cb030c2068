using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning;

/// <summary>
/// Replaces a dead primary: freeze what the replicas received, choose, fetch and apply what the candidate lacks, take the siblings along,
/// open it for writes, settle. Each stage is decided from what is seen now; only choices and attempts are remembered.
/// </summary>
internal sealed class DeadPrimaryPlanner(Recovery recovery, Topology now)
{
    private const string Freeze = "freeze", CatchUp = "catch-up", Prepare = "prepare", Promote = "promote", Settle = "settle", Reopen = "reopen";

    private readonly Member old = now[recovery.Subject]!;
    private readonly RecoveryPolicy policy = recovery.Policy;

    public PlanStage Next()
    {
        if (recovery.Last(Reopen) is { } reopened) return Abandon(reopened.Stage.Because, "");
        if (recovery.Stages.Length >= RecoveryPolicy.StageLimit) return GiveUp($"the plan did not end within {RecoveryPolicy.StageLimit} stages");
        if (recovery.Last(Freeze) is null) return old.IsSeen ? Abandon($"{old.Key} answers again", "") : FreezeStage();
        if (recovery.Last(Promote) is null && old.IsSeen && !old.Known!.ReadOnly) return GiveUp($"{old.Key} answers again");
        if (recovery.Choice is { } made && recovery.Last(Promote) is { } promoted && !promoted.Broken.Any()) return SettleStage(now[made.Candidate]!);
        return recovery.Choice is { } choice && IsUsable(choice) ? Carry(choice) : Choose();
    }

    private PlanStage FreezeStage() => new(Freeze, "what the replicas have received must stand still before they are compared",
    [
        new(new Fence(old.Key), Tolerance.BestEffort, policy.FenceTimeout, "should it come back, it must not accept writes"),
        .. Replicas.Where(r => r.IsSeen).Select(r => new PlannedStep(new StopReceiving(r.Key), Tolerance.BestEffort, policy.StepTimeout, "a waking primary must not add to it")),
    ]);

    private PlanStage Choose()
    {
        // It may have become writable before it vanished: promoting another one could make two writers.
        if (recovery.Last(Promote) is not null) return Abandon($"{recovery.Choice!.Candidate} was lost while it was being made writable, and it is not known whether it is", "");
        if (recovery.Stages.Select(s => s.Stage.Choice?.Candidate).OfType<InstanceKey>().Distinct().Count() >= policy.Attempts)
            return GiveUp($"{policy.Attempts} candidates failed one after the other");
        var unusable = Unusable();
        var durability = Durability.Of(now, old, Reachable(unusable));
        var choice = CandidateRanking.Choose(now, old, policy, recovery.Wanted, unusable, out var judged);
        if (choice is null) return GiveUp("no replica can be promoted: " + Listed(judged), "promotion rules, or the reasons named");
        if (durability.IsBroken && !policy.AllowPossibleLoss) return GiveUp(durability.PossiblyLost, "Recovery:AllowPossibleLoss");
        if (choice.PossiblyLost.Length > 0 && !policy.AllowPossibleLoss) return GiveUp(choice.PossiblyLost, "Recovery:AllowPossibleLoss");
        return Carry(choice with { PossiblyLost = string.Join("; ", new[] { choice.PossiblyLost, durability.PossiblyLost }.Where(s => s.Length > 0)) }, isNew: true);
    }

    private PlanStage Carry(Choice choice, bool isNew = false)
    {
        var candidate = now[choice.Candidate]!;
        var announced = isNew ? choice : null;
        if (!candidate.Now!.Gtid.Executed.Contains(choice.Target) || candidate.Now.HasAppliedAll == false) return CatchUpStage(candidate, choice, announced);
        if (NeedsPreparing(candidate, out var steps)) return recovery.Times(Prepare) >= policy.Attempts
            ? GiveUp($"{candidate.Key} could not be prepared in {policy.Attempts} attempts")
            : new PlanStage(Prepare, $"{candidate.Key} has all there is: {Why(choice)}", steps, announced);
        if (recovery.Times(Promote) >= policy.Attempts) return GiveUp($"{candidate.Key} could not be made writable in {policy.Attempts} attempts");
        return new PlanStage(Promote, $"{candidate.Key} has received and applied everything and follows nobody",
            [new(new SetWritable(candidate.Key), Tolerance.Must, policy.StepTimeout, "the cluster needs a writer")], announced);
    }

    private PlanStage CatchUpStage(Member candidate, Choice choice, Choice? announced)
    {
        if (recovery.Times(CatchUp) >= policy.Attempts) return GiveUp($"{candidate.Key} did not apply {choice.Target} within {policy.Attempts} attempts");
        var wait = new PlannedStep(new WaitUntilApplied(candidate.Key, choice.Target), Tolerance.Must, policy.ApplyTimeout, "nothing received may be left unapplied");
        // The wait itself starts the applier; fetching from a sibling comes before it on the same server, hence a stage of its own.
        if (choice.CatchUpFrom is { } from && !candidate.Now!.Reachable.Contains(choice.Target) && recovery.Last("fetch") is null)
            return new PlanStage("fetch", $"{from} received transactions that {candidate.Key} lacks",
                [new(new PointTo(candidate.Key, from), Tolerance.Must, policy.StepTimeout, "they may have been acknowledged")], announced);
        return new PlanStage(CatchUp, $"{candidate.Key} is chosen ({Why(choice)}) and has not applied everything yet", [wait], announced);
    }

    private bool NeedsPreparing(Member candidate, out ImmutableArray<PlannedStep> steps)
    {
        var semiSync = old.Known?.SemiSync;
        var list = ImmutableArray.CreateBuilder<PlannedStep>();
        if (!new ForgetSource(candidate.Key).IsTrueOf(candidate.Now!))
            list.Add(new(new ForgetSource(candidate.Key), Tolerance.Must, policy.StepTimeout, "a primary follows nobody"));
        if (semiSync is { SourceEnabled: true } && candidate.Now!.SemiSync.Available)
        {
            var step = new SetSemiSync(candidate.Key, AsSource: true, AsReplica: false, Math.Max(1, semiSync.WaitForReplicas), semiSync.TimeoutMilliseconds);
            if (!step.IsTrueOf(candidate.Now)) list.Add(new(step, Tolerance.Must, policy.StepTimeout, "the old primary's durability rule goes on"));
        }
        var mustPrepare = list.Count > 0;
        if (mustPrepare) list.AddRange(Followers(candidate).Select(r => Follow(r, candidate)));
        steps = list.ToImmutable();
        return mustPrepare;
    }

    private PlanStage SettleStage(Member primary)
    {
        var straying = Followers(primary).Where(r => !new PointTo(r.Key, primary.Key).IsTrueOf(r.Now!)).ToArray();
        if (straying.Length > 0 && recovery.Times(Settle) < policy.Attempts - 1)
            return new PlanStage(Settle, "some replicas do not follow the new primary yet", [.. straying.Select(r => Follow(r, primary))]);
        return PlanStage.End("promoted", new RecoveryOutcome.Promoted(primary.Key, LostReplicas(primary)));
    }

    private ImmutableArray<Lost> LostReplicas(Member primary) =>
    [
        .. Affected.Where(r => r.Key != primary.Key).Select(r => (r.Key, Why: WhyLost(r, primary))).Where(p => p.Why.Length > 0).Select(p => new Lost(p.Key, p.Why)),
    ];

    private static string WhyLost(Member replica, Member primary) => replica.Now switch
    {
        null => $"was not seen ({(replica.Outcome as ProbeOutcome.Failed)?.Says})",
        var i when CannotFollow(i, primary.Known!) is { } reason => reason,
        var i when !new PointTo(replica.Key, primary.Key).IsTrueOf(i) => "does not follow the new primary" + (i.Link?.ReceiverError is { Length: > 0 } e ? $": {e}" : ""),
        _ => "",
    };

    private PlanStage GiveUp(string because, string setting = "")
    {
        var frozen = Replicas.Where(r => r.IsSeen && r.Now!.IsReplica && r.Now.Links.Any(l => l.Receiver == ReplicationThread.Stopped)).ToArray();
        if (recovery.Last(Freeze) is null || recovery.Last(Promote) is not null || frozen.Length == 0) return Abandon(because, setting);
        return new PlanStage(Reopen, because + (setting.Length == 0 ? "" : $" (would change it: {setting})"),
            [.. frozen.Select(r => new PlannedStep(new StartReplication(r.Key), Tolerance.BestEffort, policy.StepTimeout, "undo the freeze"))]);
    }

    private static PlanStage Abandon(string because, string setting) =>
        PlanStage.End("abandon", new RecoveryOutcome.Abandoned(because, setting));

    private PlannedStep Follow(Member replica, Member primary) =>
        new(new PointTo(replica.Key, primary.Key), Tolerance.BestEffort, policy.StepTimeout, "every surviving replica follows the new primary");

    private ImmutableArray<Member> Replicas => now.ReplicasOf(old.Key);

    // After the siblings were moved they are no longer replicas of the old primary: those that were frozen count too.
    private IEnumerable<Member> Affected =>
        Replicas.Concat((recovery.Last(Freeze)?.Stage.Steps ?? []).Where(s => s.Step is StopReceiving).Select(s => now[s.Step.On]).OfType<Member>()).DistinctBy(m => m.Key).OrderBy(m => m.Key);

    private IEnumerable<Member> Followers(Member primary) =>
        Affected.Where(r => r.Key != primary.Key && r.IsSeen && CannotFollow(r.Now!, primary.Known!) is null);

    private static string? CannotFollow(Instance replica, Instance primary) =>
        primary.Gtid.Purged is { IsEmpty: false } purged && !replica.Reachable.Contains(purged) ? "needs transactions the new primary has purged" : null;

    private bool IsUsable(Choice choice) => now[choice.Candidate] is { IsSeen: true };

    private HashSet<InstanceKey> Unusable() =>
        [.. (recovery.Last(Freeze)!.Stage.Steps.Zip(recovery.Last(Freeze)!.Results)).Where(p => p.First.Step is StopReceiving && !p.Second.IsSuccess).Select(p => p.First.Step.On)];

    private HashSet<InstanceKey> Reachable(HashSet<InstanceKey> unusable) =>
        [.. Replicas.Where(r => r.IsSeen && !unusable.Contains(r.Key)).Select(r => r.Key)];

    private static string Listed(ImmutableArray<Judged> judged) =>
        judged.Length == 0 ? "there is none" : string.Join("; ", judged.Select(j => $"{j.Key} {string.Join(", ", j.Reasons)}"));

    private static string Why(Choice choice) => string.Join(", ", choice.Judged.First(j => j.Key == choice.Candidate).Reasons);
}
