using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// What becomes of the scheduled events of a primary that is replaced (decision 0033): on every other server they are
/// disabled because they are replicated, so nobody runs them unless somebody enables them on the new primary. That is
/// done last, when clients write again, and its failure is no failure of the recovery.
/// </summary>
internal sealed record EventStages(Recovery Recovery, Topology Topology)
{
    /// <summary>The name of the stage after the opening.</summary>
    public const string Settle = "events";

    private const string Quiet = "quiet";

    private RecoveryPolicy Policy => Recovery.Policy;

    private bool IsReportOnly => Policy.Events == EventHandling.Report;

    /// <summary>
    /// The events of the primary as the plan found them; stands with its first stage. Null when it has none that it ran
    /// or a person disabled, and when they are not known.
    /// </summary>
    public static ScheduledEvents? Of(Topology topology, Member old)
    {
        if (old.LastKnown?.Events is not { } events) return null;
        // A switch that was given up disabled them; they are this primary's all the same.
        foreach (var owed in topology.Ledger.Of(old.Key).OfType<LedgerEntry.EventsStopped>())
            events = events with
            {
                // What a person has disabled since stays so.
                Enabled = events.Enabled.With(owed.Events.Without(events.Disabled)),
                ReplicaSide = events.ReplicaSide.Without(owed.Events),
            };
        return events.Running.IsEmpty && events.Disabled.IsEmpty ? null : events;
    }

    /// <summary>
    /// Where read_only does not stop every event, the events that the old primary runs are disabled before writes are
    /// blocked: one whose definer may write all the same would write beyond the takeover point. super_read_only stops
    /// them all. Null when there is nothing to do. MariaDB: "READ_ONLY ADMIN"; MySQL: "super_read_only".
    /// </summary>
    public PlanStage? BeforeFreeze(Member old)
    {
        if (IsReportOnly || Recovery.Times(Quiet) > 0 || !WritesThrough(old)) return null;
        if ((Found ?? Of(Topology, old))?.Running is not { IsEmpty: false } running) return null;
        var step = new SetEvents(old.Key, running, EventState.ReplicaSide);
        return step.IsSatisfiedBy(old.Current!) ? null : new PlanStage(
            Quiet, $"{old.Key} runs scheduled events, and read_only does not stop one whose definer may write",
            [new(step, Tolerance.Must, Policy.StepTimeout, "nothing is written there beyond the takeover point")]);
    }

    /// <summary>Why the old primary's events cannot be disabled before the switch, as far as that is known.</summary>
    public static Refusal? WhyNotQuiet(Topology topology, Member old, RecoveryPolicy policy)
    {
        if (policy.Events == EventHandling.Report || !WritesThrough(old)) return null;
        // Those that are not known by name would go on.
        if (Of(topology, old)?.Running is { More: > 0 } many)
            return new(
                $"{old.Key} runs {many.Count} scheduled events that read_only may not stop, and {many.Names.Length} "
                + "of them are known by name", "fewer of them, or Recovery:Events=Report");
        if (old.Current?.Missing?.ForEvents is not { } missing) return null;
        return Of(topology, old)?.Running is { IsEmpty: false } running
            ? new(
                $"{old.Key} runs scheduled events that read_only may not stop ({running.Says}), and our account, which "
                + $"lacks {missing}, cannot disable them", $"these privileges on {old.Key}, or Recovery:Events=Report")
            : null;
    }

    /// <summary>What enables again what <see cref="BeforeFreeze"/> disabled; null when nothing is left of it.</summary>
    public PlannedStep? Back(Member old)
    {
        if (Recovery.Last(Quiet)?.Stage.Steps[0].Step is not SetEvents quiet) return null;
        var step = new SetEvents(old.Key, quiet.Events, EventState.Enabled);
        return step.IsSatisfiedBy(old.Current!) ? null : BestEffort(step, "they ran here before");
    }

    /// <summary>The stage that gives the new primary the events of the old one; null when there is none left.</summary>
    public PlanStage? AfterOpening(Member primary)
    {
        if (IsReportOnly || Recovery.Times(Settle) > 0 || primary.Current?.Events is null) return null;
        ImmutableArray<PlannedStep> steps = [.. Steps(primary).Where(s => !s.Step.IsSatisfiedBy(Topology))];
        return steps.IsEmpty
            ? null
            : new PlanStage(Settle, $"what {Recovery.Subject} ran by its schedule is to run on {primary.Key}", steps);
    }

    private IEnumerable<PlannedStep> Steps(Member primary)
    {
        if (Found is not { } events) yield break;
        if (events.Running is { IsEmpty: false } running)
            yield return BestEffort(
                new SetEvents(primary.Key, running, EventState.Enabled) { StartsScheduler = true },
                "a replicated event is disabled where it arrives");
        if (events.Disabled is { IsEmpty: false } disabled)
            yield return BestEffort(
                new SetEvents(primary.Key, disabled, EventState.Disabled), "a person disabled them there");
    }

    /// <summary>What the outcome has to say of events that do not run; empty when nothing.</summary>
    public string Remark(Member primary)
    {
        if (Found is null) return Unknown;
        if (Found.Running is not { IsEmpty: false } running) return "";
        var idle = $"scheduled events of {Recovery.Subject} that do not run: {running.Says}";
        if (IsReportOnly) return $"{idle} (Recovery:Events is Report)";
        if (primary.Current?.Events is null) return $"{idle} ({NotSeen(primary)})";
        if (Failures is { Length: > 0 } failures)
            return $"not all scheduled events are as they were on {Recovery.Subject}: {failures}";
        return running.More > 0
            ? $"of {running.Count} scheduled events of {Recovery.Subject} {running.Names.Length} are known by name"
            : "";
    }

    private string Failures => Recovery.Last(Settle) is { } record
        ? string.Join("; ", record.StepsWithResults.Where(p => p.Result is not { IsSuccess: true })
            .Select(p => p.Result is { Says.Length: > 0 } result ? result.Says : $"{p.Step.Says}: no answer"))
        : "";

    private string Unknown => Recovery.Stages[0].Stage.Events is null
        && Topology[Recovery.Subject]?.LastKnown is { Events: null, Missing: { } missing }
            ? $"whether {Recovery.Subject} ran scheduled events is not known: our account "
                + (missing.ForEvents is { } lacks ? $"lacks {lacks}" : "does not see those of every database")
            : "";

    private static string NotSeen(Member primary) => primary.LastKnown?.Missing?.ForEvents is { } missing
        ? $"our account lacks {missing} on {primary.Key}"
        : $"those of {primary.Key} are not known";

    private ScheduledEvents? Found => Recovery.Stages.FirstOrDefault()?.Stage.Events;

    private static bool WritesThrough(Member old) => old.LastKnown?.Version.Flavor == ServerFlavor.MariaDb;

    private PlannedStep BestEffort(PlanStep step, string because) =>
        new(step, Tolerance.BestEffort, Policy.StepTimeout, because);
}
