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
    private const string Close = "close", Cut = "cut", Open = "open", Start = "start", Events = "events";

    private const string ClosedByItself = "it accepted writes before it restarted, and nobody closed it";

    private readonly Member subject = topology[recovery.Subject]!;

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
        if (IsPrimary && (IsToBeOpened || recovery.Last(Open) is not null))
            return OpenStage() ?? StartStage(Owed.Stopped(topology, subject.Key)) ?? EventsStage()
                ?? End(isWriter: true);
        if ((EventsStage() ?? EndOfEvents) is { } events) return events;
        ImmutableArray<Member> stopped = Owed.IsStopped(topology, subject) ? [subject] : [];
        if (Owed.IsLeftBehind(topology, subject)) return new LeftBehind(recovery, topology, subject).Next();
        var hasActed = (recovery.Last(Start) ?? recovery.Last(LeftBehind.Follow)) is not null;
        if (stopped.IsEmpty && !hasActed)
            return PlanStage.Abandon($"nothing is left open on {subject.Key}");
        return StartStage(stopped) ?? End(isWriter: false);
    }

    private PlanStage? OpenStage()
    {
        if (subject.Now is { AcceptsWrites: true }) return null;
        if (WhyNotOpen is { } refusal) return PlanStage.Abandon(refusal);
        var attempts = recovery.Policy.Attempts;
        if (recovery.Times(Open) >= attempts)
            return PlanStage.Abandon($"{subject.Key} could not be made writable in {attempts} attempts");
        var owed = topology.Ledger.Of(subject.Key).OfType<LedgerEntry.Closed>().FirstOrDefault()?.Says
            ?? (IsRestarted ? ClosedByItself : "its replicas follow it, and it has everything that was within reach");
        var because = $"{subject.Key} is the primary and refuses writes: {owed}";
        return CloseStage() ?? CutStage() ?? new PlanStage(
            Open, because, [Must(new SetWritable(subject.Key), "the cluster needs a writer")]);
    }

    private PlanStage? CloseStage()
    {
        var replicas = Owed.OpenReplicas(topology, subject.Key);
        if (replicas.IsEmpty) return null;
        var names = string.Join(", ", replicas.Select(r => r.Key));
        return recovery.Times(Close) >= recovery.Policy.Attempts
            ? PlanStage.Abandon($"{names} could not be made read-only, and two writers would diverge")
            : new PlanStage(
                Close, $"{names} follows {subject.Key} and accepts writes: it is closed first, and stays so",
                [.. replicas.Select(r => Must(SetReadOnly.OfReplica(r), "two writers would diverge"))]);
    }

    // A primary follows nobody, also not the one whose place it took.
    private PlanStage? CutStage()
    {
        if (OwedLinks.ToCut(topology, subject) is not { } link) return null;
        var forget = new ForgetSource(link);
        return recovery.Times(Cut) >= recovery.Policy.Attempts
            ? PlanStage.Abandon($"{subject.Key} could not be made to follow nobody")
            : new PlanStage(Cut, $"{subject.Key} is to be the primary", [Must(forget, "a primary follows nobody")]);
    }

    private PlannedStep Must(PlanStep step, string because) =>
        new(step, Tolerance.Must, recovery.Policy.StepTimeout, because);

    private PlanStage? StartStage(ImmutableArray<Member> stopped)
    {
        if (stopped.IsEmpty || recovery.Times(Start) >= recovery.Policy.Attempts) return null;
        return new PlanStage(Start, "a recovery stopped this replication and did not start it again",
            [.. stopped.Select(r => new PlannedStep(
                new StartReplication(OwedLinks.ToStart(topology, r)) { Threads = ThreadsOf(r) }, Tolerance.BestEffort,
                recovery.Policy.StepTimeout, "undo the stop"))]);
    }

    // An applier that somebody else stopped stays stopped.
    private ReplicationThreads ThreadsOf(Member stopped) =>
        topology.Ledger.Of(stopped.Key).Any(e => e is LedgerEntry.Stopped { StopsApplier: true })
            ? ReplicationThreads.Both
            : ReplicationThreads.Receiver;

    private PlanStage? EventsStage()
    {
        if (!IsPrimary || subject.Now is not { AcceptsWrites: true } || recovery.Times(Events) > 0) return null;
        var owed = topology.Ledger.Of(subject.Key).OfType<LedgerEntry.EventsStopped>().FirstOrDefault();
        return owed is null
            ? null
            : new PlanStage(Events, owed.Says,
                [Must(new SetEvents(subject.Key, owed.Events, EventState.Enabled), "they ran here before")]);
    }

    private PlanStage? EndOfEvents => recovery.Last(Events) is not { } tried
        ? null
        : tried.FailedSteps.Select(f => f.Result.Says).FirstOrDefault() is { } because
            ? PlanStage.Abandon($"scheduled events of {subject.Key} could not be enabled: {because}")
            : PlanStage.End(
                "finished", new RecoveryOutcome.Finished(subject.Key, IsWriter: false) { RunsEvents = true });

    private PlanStage End(bool isWriter) => isWriter || topology.Ledger.Entries.IsEmpty || IsStarted
        ? PlanStage.End("finished", new RecoveryOutcome.Finished(subject.Key, isWriter)
        {
            IsConnecting = !isWriter && subject.Now!.Links.All(l => l.Receiver != ReplicationThread.Running),
        })
        : PlanStage.Abandon($"the replication of {subject.Key} could not be started");

    private bool IsStarted => subject.Now!.Links.Any(l => l.Receiver != ReplicationThread.Stopped);
}
