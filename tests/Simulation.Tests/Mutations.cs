namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>Faults somebody could make in the decisions, each to be found by the simulator.</summary>
internal static class Mutations
{
    private const string Running = "functions/Core/Running/", Planning = "functions/Core/Planning/", Owing = "functions/Core/Owing/";

    public static Mutation[] All { get; } =
    [
        new("ignores the deadline of the lease", Running + "Moment.cs",
            "TimeSpan LeaseLeft, long Epoch);", "TimeSpan Left, long Epoch) { public TimeSpan LeaseLeft => TimeSpan.FromDays(1); }"),
        new("sends a step that was let through a while ago without another look", "functions/Core/Stepping/StepMachine.cs",
            "if (!run.IsBesideFreshAt(now)) return LookBeside(run, now);", "", From: 22_300),
        new("counts what replicas of replicas hold for nothing", Planning + "Judging/CandidateRanking.cs",
            "m.IsSeen && below.Contains(m.Key) && !unusable",
            "m.IsSeen && topology.LinkBetween(m, old.Key) is not null && !unusable", From: 5_500),
        new("counts what is executed and not what is received", "functions/Core/Model/Instance.cs",
            "if (link.Received is { IsEmpty: false } received && received.GetType() == all.GetType())",
            "if (link.Received is { IsEmpty: true } received && received.GetType() == all.GetType())"),
        new("does not apply the relay log before the promotion", Planning + "Replacing/Candidacy.cs",
            "Instance.KnowsLinks && Instance.Gtid.Executed.Contains(Choice.Position) && !AppliesStill;", "Instance.KnowsLinks;"),
        new("promotes a replica with errant transactions", Planning + "Judging/CandidateRefusal.cs", "if (!errant.IsEmpty)", "if (errant is null)"),
        new("promotes a replica with the rule must_not", Planning + "Judging/CandidateRefusal.cs",
            "if (replica.PromotionRule == PromotionRule.MustNot)", "if (replica.PromotionRule < 0)"),
        new("does not ask whether what was acknowledged is there", Planning + "Replacing/CandidateSearch.cs",
            "if (durability.IsBroken) return new(durability.PossiblyLost, AllowLoss);", ""),
        new("does not fence before the promotion", Planning + "Replacing/DeadPrimaryPlanner.cs",
            "[fencing, .. Freeze.Steps(key => IsWanted(first, key))]", "[.. Freeze.Steps(key => IsWanted(first, key))]"),
        new("runs a stored stage without asking", Running + "Resumption.cs",
            "if (IsSame(asked, unfinished.Stage)) return recovery;", "if (asked is not null) return recovery;"),
        new("goes on when the old primary answers again", Planning + "Replacing/DeadPrimarySituation.cs",
            "if (Old.Outcome.ShowsLife && !MayBeOpen) return new(LifeSign);", ""),
        new("replaces a primary that replicas hear", "functions/Core/Analyzing/RuleContext.cs",
            "Replicas is { Hearing: 0, Agreeing: > 0 };", "Replicas is { Hearing: >= 0, Total: > 0 };"),
        new("does not mark the former primary", Owing + "Bookkeeping.cs",
            "return ledger.With(new LedgerEntry.FormerPrimary(recovery.Subject, recovery.Id, at))", "return ledger"),
        new("forgets a fence that was not answered", Owing + "Bookkeeping.cs",
            "Fence { WasWritable: true } => Closing(ledger, key, recovery, at, mayComeLate: true),", "Fence { WasWritable: true } => ledger,", "Liveness"),
        new("does not open what a recovery left closed", Owing + "Owed.cs",
            "&& (topology.Ledger.Has<LedgerEntry.Closed>(key)", "&& (topology.Ledger.Version < 0", "Liveness"),
        new("does not write down whose receiver it stopped", Owing + "Bookkeeping.cs",
            "StopReceiving or ForgetSource when SourceOf(step, topology) is { } source =>",
            "StopReceiving or ForgetSource when SourceOf(step, topology) is { Port: 1 } source =>", "Liveness"),
        new("does not open the old primary when a switch is rolled back", Planning + "Switching/TakeoverRollback.cs",
            "IsToBeOpened && WriterBeside is null ?", "IsToBeOpened && WriterBeside is not null ?"),
        new("gives the primary of a switch 150 ms", Running + "Looks.cs",
            "new(key, run.Limits.Look);", "new(key, run.Recovery.Kind.SubjectIsDead ? run.Limits.Look : TimeSpan.FromMilliseconds(150));"),
        new("counts a receiver that retries as stopped by hand", "functions/Core/Model/ReplicationLink.cs",
            "? Receiver != ReplicationThread.Running", "? Receiver < ReplicationThread.Stopped", "Liveness"),
        new("believes in a lease for its whole length", "functions/Core/Leasing/LeaseMachine.cs",
            "lease.AskedAt + lease.Terms.Length - lease.Terms.Margin", "lease.AskedAt + lease.Terms.Length + lease.Terms.Margin"),
    ];
}
