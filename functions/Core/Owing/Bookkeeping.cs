using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Owing;

/// <summary>
/// What a stage writes into the cluster's ledger, computed from the plan: the entry is stored in the same transaction
/// as the stage, before a step of it is sent (S21).
/// </summary>
public static class Bookkeeping
{
    /// <summary>
    /// The ledger as it has to be stored with the newest stage; the same object when nothing changes.
    /// </summary>
    /// <param name="recovery">With its newest stage, which nobody has sent yet.</param>
    /// <param name="topology">As it was seen when that stage was planned, with the ledger so far.</param>
    /// <param name="isLookedSince">
    /// Whether the newest look at a server was begun when the steps sent to it had ended (<see cref="Settlement.Of"/>).
    /// </param>
    public static Ledger With(
        Recovery recovery, Topology topology, DateTimeOffset at, Func<InstanceKey, bool>? isLookedSince = null)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(topology);
        var newest = recovery.Stages[^1];
        var ledger = recovery.Stages.Length > 1 ? WithResults(recovery, topology, at) : topology.Ledger;
        foreach (var planned in newest.Stage.Steps) ledger = WithStep(ledger, recovery, planned.Step, topology, at);
        if (newest.Stage.Choice is { } choice && recovery.Kind.IsAboutPrimary)
            ledger = ledger.With(new LedgerEntry.Target(choice.Candidate, choice.Position, recovery.Id, at));
        ledger = ledger with { Running = recovery.IsEnded ? "" : recovery.Id };
        if (recovery.Outcome is { } outcome)
        {
            ledger = AtEnd(ledger, recovery, outcome, topology, at);
            if (outcome is RecoveryOutcome.RolledBack) ledger = OpenedAgain(ledger, recovery, topology, at);
            ledger = WithReplaced(Settlement.Of(ledger, topology, at, isLookedSince), ledger, recovery);
        }
        return ledger.SaysTheSameAs(topology.Ledger) ? topology.Ledger : ledger;
    }

    private static Ledger WithStep(
        Ledger ledger, Recovery recovery, PlanStep step, Topology topology, DateTimeOffset at)
    {
        var key = step.Target.Key;
        return step switch
        {
            Fence { WasWritable: true } => Closing(ledger, key, recovery, at, mayComeLate: true),
            SetReadOnly when key == recovery.Subject && recovery.Kind.IsAboutPrimary =>
                Closing(ledger, key, recovery, at, mayComeLate: false),
            SetWritable => Opening(ledger, key, recovery, at),
            SetEvents { State: EventState.ReplicaSide } quiet =>
                ledger.With(new LedgerEntry.EventsStopped(key, quiet.Events, recovery.Id, at)),
            SetSemiSync role when SemiSyncRule.IsLowered(topology[key]?.LastKnown, role) => Unguarded(ledger, key),
            StopReceiving { WasReceiving: false } => ledger,
            // Halfway through it has executed nothing, and must not be started by itself.
            ResetGtids => StopsSent.Unowed(ledger, key),
            _ when recovery.Kind.KeepsStopped && StopsSent.Is(step) => ledger,
            not PointTo when StopsSent.Is(step) && SourceOf(step, topology) is { } source =>
                Stopping(ledger, recovery, step, source, topology, at),
            PointTo point => Pointing(ledger, recovery, point, topology, at),
            _ => ledger,
        };
    }

    // What an earlier recovery stopped stays its debt: this stop may be refused, and that one is owed all the same. So
    // does what an earlier attempt of this one stopped, which finds it stopped the next time.
    private static Ledger Stopping(
        Ledger ledger, Recovery recovery, PlanStep step, InstanceKey source, Topology topology, DateTimeOffset at)
    {
        var (key, stopsApplier) = (step.Target.Key, StopsApplier(step, topology));
        if (StoppedOf(ledger, key) is not { } owed)
            return ledger.With(new LedgerEntry.Stopped(key, source, recovery.Id, at, MayComeLate: true)
                { StopsApplier = stopsApplier, FoundStopped = IsFoundStopped(step, topology) });
        var kept = owed with { MayComeLate = true, StopsApplier = owed.StopsApplier || stopsApplier };
        var isOfAnother = owed.Recovery != recovery.Id;
        return ledger.With(isOfAnother ? kept : kept with { Source = source, At = at, PointedTo = null });
    }

    // It stops before it changes the source: what is ended in between stands still. One that is put below another
    // replica on the way still belongs where it was.
    private static Ledger Pointing(
        Ledger ledger, Recovery recovery, PointTo point, Topology topology, DateTimeOffset at)
    {
        var stopped = StoppedOf(ledger, point.Target.Key);
        if (IsReceiving(point, topology) && SourceOf(point, topology) is { } source)
            return stopped is null || stopped.PointedTo != source
                ? Aside(Stopping(ledger, recovery, point, source, topology, at), point, recovery)
                : ledger.With(stopped with { MayComeLate = true });
        if (stopped is not null && StopsApplier(point, topology))
            ledger = ledger.With(stopped with { StopsApplier = true });
        return Aside(ledger, point, recovery);
    }

    private static Ledger Unguarded(Ledger ledger, InstanceKey key) =>
        ledger.Of(key).OfType<LedgerEntry.MaybeOpen>().FirstOrDefault() is { } open
            ? ledger.With(open with { IsUnguarded = true })
            : ledger;

    private static Ledger Aside(Ledger ledger, PointTo point, Recovery recovery) =>
        recovery.Kind.IsAboutPrimary && StoppedOf(ledger, point.Target.Key) is { } stopped
            && stopped.Source != point.Source
            ? ledger.With(stopped with { PointedTo = point.Source })
            : ledger;

    private static LedgerEntry.Stopped? StoppedOf(Ledger ledger, InstanceKey key) =>
        ledger.Of(key).OfType<LedgerEntry.Stopped>().FirstOrDefault();

    private static bool IsReceiving(PlanStep step, Topology topology) =>
        LinkOf(step, topology) is { Receiver: not ReplicationThread.Stopped };

    private static bool IsFoundStopped(PlanStep step, Topology topology) =>
        ThreadsAsTheyWere.IsReceiverStopped(LinkOf(step, topology));

    private static bool StopsApplier(PlanStep step, Topology topology) => StopsSent.IsOfApplier(step)
        && LinkOf(step, topology) is { Applier: not ReplicationThread.Stopped };

    private static ReplicationLink? LinkOf(PlanStep step, Topology topology) =>
        topology[step.Target.Key]?.LastKnown?.LinkOf(step.Target.ChannelName);

    // A former primary is closed for good: nobody owes it anything.
    private static Ledger Closing(
        Ledger ledger, InstanceKey key, Recovery recovery, DateTimeOffset at, bool mayComeLate) =>
        ledger.IsFormerPrimary(key)
            ? ledger
            : ledger.With(new LedgerEntry.Closed(key, recovery.Id, at, mayComeLate));

    private static Ledger Opening(Ledger ledger, InstanceKey key, Recovery recovery, DateTimeOffset at)
    {
        var isPromotion = recovery.Kind.IsAboutPrimary && key != recovery.Subject;
        if (!isPromotion && recovery.Kind.IsAboutPrimary) return ledger;
        // What an earlier recovery told it is why it is opened now: that stays known until it is open.
        var told = isPromotion ? null : ledger.Of(key).OfType<LedgerEntry.MaybeOpen>().FirstOrDefault();
        ledger = ledger.With(told is null ? new LedgerEntry.MaybeOpen(key, recovery.Id, at) : told with { At = at });
        if (!isPromotion || ledger.IsFormerPrimary(recovery.Subject)) return ledger;
        return ledger.With(new LedgerEntry.FormerPrimary(recovery.Subject, recovery.Id, at))
            .Without(e => e is LedgerEntry.Closed && e.Key == recovery.Subject);
    }

    private static InstanceKey? SourceOf(PlanStep step, Topology topology) =>
        LinkOf(step, topology) is { } link ? topology.SourceOf(link)?.Key ?? link.Source : null;

    // What a server has answered is known: a fence that was answered does not come late, and who was opened again is
    // not owed that any more. What another process was about to send may come all the same.
    private static Ledger WithResults(Recovery recovery, Topology topology, DateTimeOffset at)
    {
        var (ledger, done) = (topology.Ledger, recovery.Stages[^2]);
        if (StopsSent.WasUnsent(done))
            ledger = done.Stage.Steps.Select(p => p.Step.Target.Key).Where(k => StopsSent.None(recovery, k))
                .Aggregate(ledger, (l, key) => NotStopped(l, recovery, key));
        foreach (var (planned, result) in done.Stage.Steps.Zip(done.Results))
        {
            var key = planned.Step.Target.Key;
            // A person had started it again, and nobody had seen that.
            if (planned.Step is StopReceiving { WasReceiving: false } stop && result is { State: StepState.Done }
                && SourceOf(stop, topology) is { } source)
                ledger = ledger.With(new LedgerEntry.Stopped(key, source, recovery.Id, at));
            var mayClose = recovery.HandedOver.Any(s => s is Fence or SetReadOnly && s.Target.Key == key);
            if (planned.Step is SetWritable && result.IsSuccess && !mayClose)
                ledger = ledger.Without(e => e is LedgerEntry.Closed && e.Key == key);
            if (planned.Step is SetWritable && result.IsRefused)
                ledger = ledger.Without(e =>
                    e is LedgerEntry.MaybeOpen && e.Key == key && e.Recovery == ledger.Running);
            var isEnded = result.IsSuccess || result.IsRefused;
            if (StopsSent.Is(planned.Step) && isEnded && !StopsSent.MayComeLate(recovery, key))
                ledger = Ended(ledger, key, result.IsSuccess && StartsApplier(planned.Step));
            if (StopsSent.Is(planned.Step) && StopsSent.None(recovery, key)) ledger = NotStopped(ledger, recovery, key);
            if (planned.Step is SetEvents { State: EventState.Enabled } && result.IsSuccess)
                ledger = ledger.Without(e => e is LedgerEntry.EventsStopped && e.Key == key);
            if (planned.Step is not (Fence or SetReadOnly)) continue;
            if (ledger.Of(key).OfType<LedgerEntry.Closed>().FirstOrDefault() is { } closed)
                ledger = ledger.With(closed with { MayComeLate = mayClose || !result.IsSuccess });
        }
        return ledger;
    }

    private static Ledger NotStopped(Ledger ledger, Recovery recovery, InstanceKey key) =>
        ledger.Without(e => e is LedgerEntry.Stopped && e.Key == key && e.Recovery == recovery.Id);

    private static bool StartsApplier(PlanStep step) =>
        step is PointTo point && StartReplication.OfAppliers(point.Threads);

    // Whose applier was started again stands still by somebody else's wish, should it do so later (S19).
    private static Ledger Ended(Ledger ledger, InstanceKey key, bool isApplying) =>
        StoppedOf(ledger, key) is { } stopped
            ? ledger.With(stopped with { MayComeLate = false, StopsApplier = stopped.StopsApplier && !isApplying })
            : ledger;

    private static Ledger AtEnd(
        Ledger ledger, Recovery recovery, RecoveryOutcome outcome, Topology topology, DateTimeOffset at)
    {
        return outcome switch
        {
            // Who is left behind is still owed its start: what kept it from following may pass.
            RecoveryOutcome.Changed when recovery.Kind.KeepsStopped => StopsSent.Unowed(ledger, recovery.Subject),
            RecoveryOutcome.Promoted promoted => WithWriter(ledger, promoted.Key, recovery, topology, at),
            RecoveryOutcome.Finished { IsWriter: true } finished =>
                WithWriter(ledger, finished.Key, recovery, topology, at),
            _ when recovery is { HasOpened: false, Kind.IsAboutPrimary: true } => NobodyOpened(ledger, recovery, at),
            _ => ledger,
        };
    }

    // To the writer nothing is owed but its events, and it is no former primary any more.
    private static Ledger WithWriter(
        Ledger ledger, InstanceKey key, Recovery recovery, Topology topology, DateTimeOffset at) =>
        ledger.Without(e => e is LedgerEntry.Writer
                || (e is not (LedgerEntry.Target or LedgerEntry.EventsStopped) && e.Key == key))
            .With(Writer(key, recovery, topology, at));

    // What paid the mark of the old primary is a look of this run. A watcher that has seen it only as the primary, and
    // loses it before its next look, would take it for a second writer for ever.
    private static Ledger WithReplaced(Ledger settled, Ledger before, Recovery recovery) =>
        before.IsFormerPrimary(recovery.Subject) && !settled.IsFormerPrimary(recovery.Subject)
        && settled.Entries.OfType<LedgerEntry.Writer>().FirstOrDefault() is { } writer
        && writer.Recovery == recovery.Id && writer.Key != recovery.Subject
            ? settled.With(writer with { Replaced = recovery.Subject })
            : settled;

    // A newest sighting that is stored may show it frozen. A statement that closes it late is still owed.
    private static Ledger OpenedAgain(Ledger ledger, Recovery recovery, Topology topology, DateTimeOffset at) =>
        recovery is { HasClosed: true, Kind.IsAboutPrimary: true }
        && topology[recovery.Subject] is { IsFormerPrimary: false, Current.AcceptsWrites: true }
            ? ledger.Without(e => e is LedgerEntry.Writer).With(Writer(recovery.Subject, recovery, topology, at))
            : ledger;

    private static LedgerEntry.Writer Writer(
        InstanceKey key, Recovery recovery, Topology topology, DateTimeOffset at) =>
        new(key, recovery.Stages[^1].Epoch, recovery.Id, at)
        {
            SemiSync = topology[key]?.Current?.SemiSync,
            Position = topology[key]?.Current?.Gtid.Executed,
        };

    // The stage that was to open another one was stored and never sent.
    private static Ledger NobodyOpened(Ledger ledger, Recovery recovery, DateTimeOffset at)
    {
        var isOurs = ledger.Of(recovery.Subject).Any(e => e is LedgerEntry.FormerPrimary && e.Recovery == recovery.Id);
        ledger = ledger.Without(e => e.Recovery == recovery.Id && e is LedgerEntry.MaybeOpen or LedgerEntry.Target);
        if (!isOurs) return ledger;
        ledger = ledger.Without(e => e is LedgerEntry.FormerPrimary && e.Key == recovery.Subject);
        return WasClosed(recovery)
            ? ledger.With(new LedgerEntry.Closed(recovery.Subject, recovery.Id, at, MayComeLate: true))
            : ledger;
    }

    private static bool WasClosed(Recovery recovery) => recovery.Stages.SelectMany(s => s.Stage.Steps)
        .Any(s => s.Step is Fence { WasWritable: true } or SetReadOnly && s.Step.Target.Key == recovery.Subject);
}
