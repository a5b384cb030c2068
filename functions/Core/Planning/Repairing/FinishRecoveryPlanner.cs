using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Repairing;

/// <summary>
/// Pays what an earlier recovery left open (L9): a primary that it closed and that nobody replaced accepts writes
/// again, one that it chose and did not open is opened, replicas that it stopped are started, servers that it left
/// behind follow the primary. A primary that restarted read-only accepts writes again too. Replicas that accept writes
/// are closed before. What it decides on is the ledger and what is seen.
/// </summary>
internal sealed class FinishRecoveryPlanner(Recovery recovery, Topology topology)
{
    private const string Events = "events";

    private const string ClosedByItself = "it accepted writes before it restarted, and nobody closed it";

    private readonly Member subject = topology[recovery.Subject]!;
    private readonly Opening opening = new(recovery, topology, topology[recovery.Subject]!);

    private bool IsPrimary => topology.Primary?.Key == subject.Key;

    private bool IsRestarted => Owed.IsClosedByRestart(topology, subject.Key);

    private bool IsToBeOpened => IsRestarted || Owed.IsOpening(topology, subject.Key);

    private Refusal? WhyNotOpen => IsRestarted
        ? Owed.WhyNotOpenAgain(topology, subject)
        : Owed.WhyNotOpen(topology, subject);

    public PlanStage Next()
    {
        if (recovery.Cancelled is { } word) return PlanStage.Abandon(word.Says);
        if (!subject.Outcome.ShowsLife)
            return PlanStage.AbandonAway($"{subject.Key} cannot be seen", $"access to {subject.Key}");
        if (!subject.IsSeen) return PlanStage.Abandon($"{subject.Key} cannot be seen", $"access to {subject.Key}");
        if (IsPrimary && (IsToBeOpened || opening.IsBegun))
            return opening.Next(WhyOpened, WhyNotOpen) ?? opening.StartStage(Owed.Stopped(topology, subject.Key))
                ?? EventsStage() ?? End(isWriter: true);
        if ((EventsStage() ?? EndOfEvents) is { } events) return events;
        ImmutableArray<Member> stopped = Owed.IsStopped(topology, subject) ? [subject] : [];
        if (Owed.IsLeftBehind(topology, subject)) return new LeftBehind(recovery, topology, subject).Next();
        var hasActed = opening.HasStarted || recovery.Last(LeftBehind.Follow) is not null;
        if (stopped.IsEmpty && !hasActed)
            return PlanStage.Abandon($"nothing is left open on {subject.Key}");
        return opening.StartStage(stopped) ?? End(isWriter: false);
    }

    private string WhyOpened => topology.Ledger.Of(subject.Key).OfType<LedgerEntry.Closed>().FirstOrDefault()?.Says
        ?? (IsRestarted ? ClosedByItself : "its replicas follow it, and it has everything that was within reach");

    private PlanStage? EventsStage()
    {
        if (!IsPrimary || subject.Current is not { AcceptsWrites: true } || recovery.Times(Events) > 0) return null;
        var owed = topology.Ledger.Of(subject.Key).OfType<LedgerEntry.EventsStopped>().FirstOrDefault();
        return owed is null
            ? null
            : new PlanStage(Events, owed.Says,
                [new(new SetEvents(subject.Key, owed.Events, EventState.Enabled), Tolerance.Must,
                    recovery.Policy.StepTimeout, "they ran here before")]);
    }

    private PlanStage? EndOfEvents => recovery.Last(Events) is not { IsAttempt: true } tried
        ? null
        : tried.FailedSteps.Select(f => f.Result.Says).FirstOrDefault() is { } because
            ? PlanStage.Abandon($"scheduled events of {subject.Key} could not be enabled: {because}")
            : PlanStage.End(
                "finished", new RecoveryOutcome.Finished(subject.Key, IsWriter: false) { RunsEvents = true });

    private PlanStage End(bool isWriter) => isWriter || topology.Ledger.Entries.IsEmpty || IsStarted
        ? PlanStage.End("finished", new RecoveryOutcome.Finished(subject.Key, isWriter)
        {
            IsConnecting = !isWriter && !AppliesOnly
                && subject.Current!.Links.All(l => l.Receiver != ReplicationThread.Running),
            AppliesOnly = !isWriter && AppliesOnly,
        })
        : PlanStage.Abandon($"the replication of {subject.Key} could not be started");

    private bool IsStarted => subject.Current!.Links.Any(l => l.Receiver != ReplicationThread.Stopped
        || (AppliesOnly && l.Applier != ReplicationThread.Stopped));

    private bool AppliesOnly => subject.Current!.Links.All(l => l.Receiver == ReplicationThread.Stopped)
        && topology.Ledger.Of(subject.Key).Any(e => e is LedgerEntry.Stopped { FoundStopped: true });
}
