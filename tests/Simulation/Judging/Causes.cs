using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>How a known fault shows in the truth about a history: as narrow as it can be told, so that it hides no other.</summary>
internal static class Causes
{
    public static bool HasDeadIntermediate(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: { IsUp: false } source }
        && (source.Replica.Source is not null || world.Store.Recoveries.Any(r => IsCutLoose(r, source))));

    public static bool IsLostMaybeOpen(World world) => world.Servers.Any(s => !s.IsUp && world.Store.Ledger.Has<LedgerEntry.MaybeOpen>(s.Key))
        && world.Servers.Any(s => s.IsRunning && world.Store.Ledger.IsFormerPrimary(s.Key));

    private static bool IsCutLoose(Recovery recovery, ModelServer server) =>
        recovery.Stages.SelectMany(t => t.Stage.Steps).Any(p => p.Step is ForgetSource && p.Step.Target.Key == server.Key);

    public static bool IsOldVerdict(World world, Violation violation) => violation.Sentence.Contains("begins to replace", StringComparison.Ordinal)
        && world.Store.Active is { } recovery && world.Processes.Any(p => p.IsUp
        && p.Recoveries.VerdictAt < world.Now - Ticks.Of(2) && world.Judge.Runs.Any(r => r.Process == p && r.Recovery.Id == recovery.Id));

    // The run that opens does not look at a server that is open by now.
    public static bool HasReturnedUnseen(World world) => world.Judge.Runs.Any(r => world.Servers.Any(s =>
        s.AcceptsWrites && s.Replica.Source is null && s.Key != r.Recovery.Subject && !r.LooksAt(s.Key)));

    // Three attempts in vain within a moment, and the next ones are held.
    public static bool HasUnfencedFormer(World world) => world.Store.Recoveries.Any(r => r.Kind == PlanKinds.FenceFormerPrimary
        && r.Outcome is RecoveryOutcome.Abandoned && world.ServerOf(r.Subject) is { AcceptsWrites: true });

    // The old primary of a switch is opened again by its undo, and somebody else is open.
    public static bool IsOpenedByUndo(World world, Violation violation) => world.Store.Active is { Kind.IsFailover: false, HasOpened: false } r
        && violation.Sentence.StartsWith($"{world.ServerOf(r.Subject).Name} is opened", StringComparison.Ordinal);

    // The ledger says that it was to be stopped, and the recovery that runs is of its source.
    public static bool ReceivesOn(World world) => world.Store.Active is { HasOpened: true } recovery && world.Servers.Any(s =>
        s is { IsRunning: true, Replica: { Source: { } source, Receiver: ReplicationThread.Running } } && source.Key == recovery.Subject
        && world.Store.Ledger.Has<LedgerEntry.Stopped>(s.Key));

    // Each end and each start of a server begins a life.
    public static bool HasRestartedTwice(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: null, Life: >= 4, ReadOnly: true, Shape.ReadOnlyAtStart: true });

    // Where a recovery that was given up has put it.
    public static bool HasStayedBelow(World world) => world.Servers.Any(s => s is { IsRunning: true, Replica.Source: { Replica.Source: not null } source }
        && world.Store.Recoveries.Any(r => r.Outcome is RecoveryOutcome.Abandoned
            && r.Stages.SelectMany(t => t.Stage.Steps).Any(p => p.Step is PointTo point && point.Target.Key == s.Key && point.Source == source.Key)));
}
