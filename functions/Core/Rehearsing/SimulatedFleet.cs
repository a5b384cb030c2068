using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Rehearsing;

/// <summary>Servers made of data: running a step applies its foretold effect, unless a fault says otherwise.</summary>
public sealed class SimulatedFleet(Topology start, ImmutableArray<Fault> faults = default)
{
    private readonly ImmutableArray<Fault> faults = faults.IsDefault ? [] : faults;
    private int stepsRun;

    public Topology Now { get; private set; } = start;

    /// <summary>
    /// Runs a stage's steps in their listed order, which must not matter between servers, and answers as real servers
    /// would.
    /// </summary>
    public ImmutableArray<StepResult> Run(PlanStage stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var results = new List<StepResult>();
        foreach (var (index, planned) in stage.Steps.Index())
            results.Add(stage.IsInVain(index, results) ? PlanStage.NotAfterFailure : RunStep(planned));
        return [.. results];
    }

    /// <summary>What is owed from now on.</summary>
    public void Keep(Ledger ledger) => Now = Now.With(ledger);

    private StepResult RunStep(PlannedStep planned)
    {
        var number = ++stepsRun;
        foreach (var death in faults.OfType<Fault.ServerDies>().Where(f => f.AtStep == number))
            Now = Kill(Now, death.Key);
        if (planned.Step is MarkStep mark) return Keep(mark);
        if (planned.Step is RunHook hook) return Skip(hook, number);
        var step = (ServerStep)planned.Step;
        var member = Now[step.Target.Key];
        if (member is null)
            return new StepResult(StepState.Failed, TimeSpan.Zero, Says: $"{step.Target.Key} is not a member");
        if (!member.IsSeen) return new StepResult(step is Fence
            ? StepState.Queued
            : StepState.Failed, TimeSpan.Zero, Says: $"{step.Target.Key} does not answer");
        if (step.IsSatisfiedBy(member.Current!)) return new StepResult(StepState.AlreadyTrue, TimeSpan.Zero);
        if (faults.OfType<Fault.StepFails>().Any(f => f.Matches(step, number)))
            return new StepResult(StepState.Failed, TimeSpan.Zero, Says: "simulated fault") { IsRefused = true };
        if (faults.OfType<Fault.StepTimesOut>().FirstOrDefault(f => f.Matches(step, number)) is { } slow)
        {
            if (slow.TakesEffect) TakeEffect(step);
            return new StepResult(StepState.TimedOut, planned.Timeout, Says: "simulated timeout");
        }
        if (Obstacle(step, member.Current!) is { } obstacle) return obstacle;
        TakeEffect(step);
        if (step is PointTo to && IsTurnedAway(to)) TurnAway(to);
        return new StepResult(StepState.Done, TimeSpan.Zero);
    }

    private void TakeEffect(PlanStep step)
    {
        var before = Now;
        Now = step.Effect(Now);
        if (step is PointTo to && !IsTurnedAway(to)) Count(to, before);
    }

    private bool IsTurnedAway(PointTo to) => faults.OfType<Fault.TurnsAway>().Any(f => f.Key == to.Source);

    // A source counts the replicas that connect to it and acknowledge (Rpl_semi_sync_source_clients).
    private void Count(PointTo to, Topology before)
    {
        var replica = before[to.Target.Key]!;
        if (replica.Current is not { SemiSync.ReplicaEnabled: true }) return;
        if (before.LinkBetween(replica, to.Source) is { Receiver: ReplicationThread.Running }) return;
        if (Now[to.Source] is not { IsSeen: true } source) return;
        Now = Now.With(source.With(source.Outcome.With(
            i => i with { SemiSync = i.SemiSync with { Clients = i.SemiSync.Clients + 1 } }), Now.TakenAt));
    }

    private StepResult Skip(RunHook hook, int number) =>
        faults.OfType<Fault.StepFails>().Any(f => f.Matches(hook, number))
            ? new StepResult(StepState.Failed, TimeSpan.Zero, Says: "simulated fault")
            : new StepResult(StepState.Done, TimeSpan.Zero, Says: "a rehearsal runs no hook");

    private StepResult Keep(MarkStep mark)
    {
        if (mark.IsSatisfiedBy(Now)) return new StepResult(StepState.AlreadyTrue, TimeSpan.Zero);
        Now = mark.Effect(Now);
        return new StepResult(StepState.Done, TimeSpan.Zero);
    }

    // Some verbs depend on other servers: what nobody can send never arrives.
    private StepResult? Obstacle(PlanStep step, Instance on)
    {
        if (Missing(step, on) is { Length: > 0 } missing)
            return new(StepState.Failed, TimeSpan.Zero, Says: $"our account lacks {missing}") { IsRefused = true };
        switch (step)
        {
            case PointTo point when Now[point.Source]?.Current?.Gtid.Purged is { } purged
                && !on.Gtid.Executed.Contains(purged):
                Now = StopReceiver(step.Effect(Now), on, point.Target.ChannelName);
                return new StepResult(
                    StepState.Failed, TimeSpan.Zero, Says: $"{point.Source} has purged what {on.Key} needs");
            case StartReplication start when PurgedSource(start, on) is { } source:
                return new StepResult(
                    StepState.Failed, TimeSpan.Zero, Says: $"{source} has purged what {on.Key} needs");
            case WaitUntilReceiving wait when on.LinkOf(wait.Target.ChannelName) is { ReceiverErrorNumber: > 0 } link:
                return new StepResult(
                    StepState.Failed, TimeSpan.Zero, Says: $"error {link.ReceiverErrorNumber}: {link.ReceiverError}");
            case WaitUntilApplied wait when on.Links
                .Any(l => l.ApplierErrorNumber != 0) || !Obtainable(on, []).Contains(wait.Position):
                return new StepResult(StepState.TimedOut, TimeSpan.Zero, Says: $"{on.Key} does not get that far");
            default:
                return null;
        }
    }

    private static string? Missing(PlanStep step, Instance on) => step switch
    {
        StopReceiving or StartReplication or PointTo => on.Missing?.ForReplication,
        SetEvents => on.Missing?.ForEvents,
        SetWritable or SetReadOnly or Fence or SetSemiSync or ForgetSource => on.Missing?.All,
        _ => null,
    };

    private GtidPosition Obtainable(Instance on, HashSet<InstanceKey> asked)
    {
        var all = on.AllReceived;
        if (!asked.Add(on.Key)) return all;
        foreach (var link in on.Links.Where(l => l.Receiver != ReplicationThread.Stopped))
            if (Now.SourceOf(link)?.Current is { } source
                && Obtainable(source, asked) is var more && more.GetType() == all.GetType()) all = all.Union(more);
        return all;
    }

    private InstanceKey? PurgedSource(StartReplication start, Instance on) =>
        on.Links.Where(l => start.Target.ChannelName is null || start.Target.ChannelName == l.Channel)
            .Where(l => Now.SourceOf(l)?.Current?.Gtid.Purged is { } purged && !on.AllReceived.Contains(purged))
            .Select(l => l.Source).FirstOrDefault();

    private void TurnAway(PointTo to)
    {
        var member = Now[to.Target.Key]!;
        Now = Now.With(member.With(member.Outcome.With(i => i with
        {
            Links = [.. i.Links.Select(l => l.Source == to.Source ? Denied(l) : l)],
        }), Now.TakenAt));
    }

    private static ReplicationLink Denied(ReplicationLink link) => link with
    {
        Receiver = ReplicationThread.Connecting, SourceUuid = null, ReceiverErrorNumber = 1045,
        ReceiverError = "access denied",
    };

    private static Topology StopReceiver(Topology topology, Instance on, string? channel)
    {
        if (topology[on.Key] is not { Current: { } now } member || now.LinkOf(channel) is not { } link) return topology;
        var stopped = link with { Receiver = ReplicationThread.Stopped, ReceiverErrorNumber = 1236,
            ReceiverError = "the source has purged required transactions" };
        var outcome = new ProbeOutcome.Seen(now with { Gtid = on.Gtid, Links = now.Links.Replace(link, stopped) });
        return topology.With(member.With(outcome, topology.TakenAt));
    }

    /// <summary>
    /// The topology as if a server had died: it refuses connections, and its replicas do not say any more that they
    /// have just heard it.
    /// </summary>
    public static Topology WithDead(Topology topology, InstanceKey key, string because)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var refused = new ProbeOutcome.Failed(ProbeFailureKind.Refused, because);
        var dead = topology[key]!.With(refused, topology.TakenAt);
        var replicas = topology.ReplicasOf(key).Where(r => r.IsSeen && r.Key != key).Select(replica =>
            replica.With(replica.Outcome.With(i => i with { Links = Unheard(i.Links) }), topology.TakenAt));
        return topology.With([dead, .. replicas], topology.TakenAt);

        ImmutableArray<ReplicationLink> Unheard(ImmutableArray<ReplicationLink> links) =>
            [.. links.Select(l => topology.SourceOf(l)?.Key == key ? l with { SilentFor = null } : l)];
    }

    private static Topology Kill(Topology topology, InstanceKey key)
    {
        var refused = new ProbeOutcome.Failed(ProbeFailureKind.Refused, "connection refused");
        return topology[key] is { } member ? topology.With(member.With(refused, topology.TakenAt)) : topology;
    }
}
