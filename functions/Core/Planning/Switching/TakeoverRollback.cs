using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Replacing;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>
/// What takes a planned switch back to where it began, judged from what is seen. Only what is still as this plan left
/// it is put back (S19).
/// </summary>
internal sealed record TakeoverRollback(Recovery Recovery, Topology Topology, Member Old, Member Successor)
{
    /// <summary>The name of the stage.</summary>
    public const string RollBack = "roll-back";

    private readonly Places places = new(Recovery, Topology);

    /// <summary>The first stage of the way back, or the end of the plan where nothing is left to undo.</summary>
    public PlanStage Begin(string because)
    {
        if (Recovery.Last(TakeoverPlanner.Open) is not null && Successor.Current is not { ReadOnly: true })
            return PlanStage.Abandon(
                $"{because}; it is not known whether {Successor.Key} accepts writes, so {Old.Key} stays read-only");
        // Nothing is sent to an old primary that does not answer: a statement it hears late could make a second writer.
        if (!Old.IsSeen)
            return PlanStage.Abandon(
                $"{because}; {Old.Key} cannot be reached, so it is recovered as a dead primary{Frozen}");
        return Steps is { Length: > 0 } steps
            ? new PlanStage(RollBack, because, steps) { GoesBack = true }
            : LeftToTheOther(because) ?? Ended(because);
    }

    /// <summary>What follows on that stage: what it left is tried again as often as the policy has it.</summary>
    public PlanStage GoOn(string because)
    {
        if (!Old.IsSeen) return PlanStage.Abandon($"{because}, and {Old.Key} was lost while this was undone{Frozen}");
        var left = Steps;
        if (left.Length > 0 && Recovery.Times(RollBack) <= Recovery.Policy.Attempts)
            return new PlanStage(RollBack, because, left) { GoesBack = true };
        if (LeftToTheOther(because) is { } abandoned) return abandoned;
        return left.Any(s => s.Step is SetWritable)
            ? PlanStage.Abandon($"{because}, and {Old.Key} could not be made writable again")
            : Ended(because);
    }

    private PlanStage Ended(string because) =>
        PlanStage.End("rolled-back", new RecoveryOutcome.RolledBack(because + Leftovers + AsFound));

    // Somebody else closed it: it is left as it is (S19).
    private string AsFound => !HasFrozen && Old.Current is { ReadOnly: true }
        ? $"; {Old.Key} refuses writes, and this plan did not close it"
        : "";

    private string Frozen => Recovery.Last(TakeoverPlanner.Freeze) is null
        ? ""
        : "; should it come back read-only, the freeze did that: make it writable";

    private PlanStage? LeftToTheOther(string because) => StaysClosed && WriterBeside is { } writer
        ? PlanStage.Abandon($"{because}; {writer.Key} accepts writes, so {Old.Key} stays read-only")
        : null;

    /// <summary>What opens the old primary again.</summary>
    public static PlannedStep Opening(InstanceKey old, RecoveryPolicy policy) =>
        new(new SetWritable(old), Tolerance.Must, policy.StepTimeout, "the old primary stays the writer");

    // What is not yet as it was; one verb a server at a time.
    private ImmutableArray<PlannedStep> Steps
    {
        get
        {
            // Whoever accepts writes is put back first, or was opened by somebody else: two writers would diverge (S1).
            PlannedStep[] opening =
                IsToBeOpened && WriterBeside is null ? [Opening(Old.Key, Recovery.Policy)] : [];
            return [.. opening, .. Moved.Where(m => m.IsSeen).Select(PutBack).OfType<PlannedStep>(), .. Events];
        }
    }

    // Where another one is the writer, they are its.
    private IEnumerable<PlannedStep> Events => WriterBeside is null
        && new EventStages(Recovery, Topology).Back(Old) is { } back ? [back] : [];

    // The freeze took place, and the old primary does not accept writes.
    private bool StaysClosed => HasFrozen && !new SetWritable(Old.Key).IsSatisfiedBy(Topology);

    // Opening it takes back a freeze that may still be on its way.
    private bool IsToBeOpened => StaysClosed || (HasFrozen && Recovery.MayStillClose(Old.Key));

    // A server that accepts writes beside the old primary.
    private Member? WriterBeside => Writer(Topology, Old.Key);

    // Replicas that are elsewhere than before.
    private string Leftovers => string.Concat(Moved.Where(m => !places.Follows(m, Old.Key))
        .Select(m => $"; {m.Key} does not follow {Old.Key} again"))
        + string.Concat(Events.Select(_ => $"; the scheduled events of {Old.Key} are still disabled"));

    /// <summary>A server that may be a writer beside another one; null when there is none.</summary>
    public static Member? Writer(Topology topology, InstanceKey beside) =>
        topology.MayBeWriters.FirstOrDefault(m => m.Key != beside);

    private bool HasFrozen => Recovery.Stages.Any(s => !s.WasNotBegun && s.Stage.Block is not null)
        || Recovery.HasClosed;

    private IEnumerable<Member> Moved => Recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step)
        .Where(s => s is StopReceiving or PointTo or ForgetSource).Select(s => Topology[s.Target.Key])
        .OfType<Member>().Where(m => m.Key != Old.Key).DistinctBy(m => m.Key);

    private PlannedStep? PutBack(Member moved)
    {
        var forgotten = places.Sent(moved.Key).OfType<ForgetSource>().FirstOrDefault();
        // Somebody else made it a writer: what it has by now may be nowhere else.
        if (Accepts(moved) && Topology.Roots.Contains(moved)) return null;
        if (SemiSyncRule.ForReplicaAgain(Recovery, moved) is { } role)
            return BestEffort(role, "it acknowledges as before, from when its receiver starts");
        if (Topology.LinkBetween(moved, Old.Key) is { } link) return Restart(moved, link);
        if (Topology.LinkBetween(moved, Successor.Key) is { } below)
            return places.Take(moved, Old.Key, Tolerance.BestEffort);
        return forgotten is not null && moved.Current!.LinkOf(forgotten.Target.ChannelName) is null
            ? BestEffort(new PointTo(forgotten.Target, Old.Key) { Tls = forgotten.Tls }, $"it follows {Old.Key}")
            : null;
    }

    // The address is what it was, so what was received and not applied stays.
    private PlannedStep? Restart(Member moved, ReplicationLink link)
    {
        if (link.Receiver == ReplicationThread.Stopped && !MayBeOurStop(moved.Key)) return null;
        var wasSent = places.Sent(moved.Key).Any(s => s is PointTo or ForgetSource);
        var mayApply = wasSent && link.ApplierErrorNumber == 0;
        var threads = mayApply ? places.Threads(moved) : ReplicationThreads.Receiver;
        return places.Start(moved, link, threads, $"it followed {Old.Key} before");
    }

    // The ledger says which receivers ran when they were to be pointed; one that stood still, a person stopped (S19).
    private bool MayBeOurStop(InstanceKey key) => Topology.Ledger.Has<LedgerEntry.Stopped>(key)
        || Recovery.Stages.SelectMany(s => s.Unrefused).Any(s => s is StopReceiving && s.Target.Key == key);

    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, Recovery.Policy.StepTimeout, because);

    private static bool Accepts(Member member) =>
        member.Current is { ReadOnly: false, SuperReadOnly: false, IsReadOnlyPending: false };
}
