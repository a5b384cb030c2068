using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Repairing;

/// <summary>
/// How the primary comes to accept writes: replicas that accept them are closed first, a link that a recovery left is
/// cut, it is opened, and replicas that a recovery stopped are started.
/// </summary>
internal sealed record Opening(Recovery Recovery, Topology Topology, Member Subject)
{
    private const string Close = "close", Cut = "cut", Open = "open", Start = "start";

    /// <summary>It was told to accept writes.</summary>
    public bool IsBegun => Recovery.Last(Open) is not null;

    /// <summary>Replicas were told to receive again.</summary>
    public bool HasStarted => Recovery.Last(Start) is not null;

    /// <summary>The next stage until it accepts writes; null when it does.</summary>
    /// <param name="why">Why it is opened, for the end of a sentence.</param>
    /// <param name="whyNot">What keeps it from being opened as things are; null when nothing does.</param>
    public PlanStage? Next(string why, Refusal? whyNot)
    {
        if (Subject.Current is { AcceptsWrites: true }) return null;
        if (whyNot is not null) return PlanStage.Abandon(whyNot);
        var attempts = Recovery.Policy.Attempts;
        if (Recovery.Times(Open) >= attempts)
            return PlanStage.Abandon($"{Subject.Key} could not be made writable in {attempts} attempts");
        var because = $"{Subject.Key} is the primary and refuses writes: {why}";
        return CloseStage() ?? CutStage() ?? new PlanStage(
            Open, because, [Must(new SetWritable(Subject.Key), "the cluster needs a writer")]);
    }

    /// <summary>What starts replicas that a recovery stopped; null when there are none.</summary>
    public PlanStage? StartStage(ImmutableArray<Member> stopped)
    {
        if (stopped.IsEmpty || Recovery.Times(Start) >= Recovery.Policy.Attempts) return null;
        return new PlanStage(Start, "a recovery stopped this replication and did not start it again",
            [.. stopped.Select(r => new PlannedStep(
                new StartReplication(OwedLinks.ToStart(Topology, r)) { Threads = ThreadsOf(r) }, Tolerance.BestEffort,
                Recovery.Policy.StepTimeout, "undo the stop"))]);
    }

    private PlanStage? CloseStage()
    {
        var replicas = Owed.OpenReplicas(Topology, Subject.Key);
        if (replicas.IsEmpty) return null;
        var names = string.Join(", ", replicas.Select(r => r.Key));
        return Recovery.Times(Close) >= Recovery.Policy.Attempts
            ? PlanStage.Abandon($"{names} could not be made read-only, and two writers would diverge")
            : new PlanStage(
                Close, $"{names} follows {Subject.Key} and accepts writes: it is closed first, and stays so",
                [.. replicas.Select(r => Must(SetReadOnly.OfReplica(r), "two writers would diverge"))]);
    }

    // A primary follows nobody, also not the one whose place it took. Only what a recovery left is cut: another link
    // somebody else gave it (S12).
    private PlanStage? CutStage()
    {
        if (!Owed.IsOpening(Topology, Subject.Key)) return null;
        if (OwedLinks.ToCut(Topology, Subject) is not { } link) return null;
        var forget = new ForgetSource(link);
        return Recovery.Times(Cut) >= Recovery.Policy.Attempts
            ? PlanStage.Abandon($"{Subject.Key} could not be made to follow nobody")
            : new PlanStage(Cut, $"{Subject.Key} is to be the primary", [Must(forget, "a primary follows nobody")]);
    }

    // A thread that somebody else stopped stays stopped.
    private ReplicationThreads ThreadsOf(Member stopped) =>
        Topology.Ledger.Of(stopped.Key).OfType<LedgerEntry.Stopped>().FirstOrDefault() switch
        {
            { FoundStopped: true } => ReplicationThreads.Applier,
            { StopsApplier: true } => ReplicationThreads.Both,
            _ => ReplicationThreads.Receiver,
        };

    private PlannedStep Must(PlanStep step, string because) =>
        new(step, Tolerance.Must, Recovery.Policy.StepTimeout, because);
}
