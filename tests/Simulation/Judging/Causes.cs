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

    // It was told to stop receiving and did not, be it that its disk was full.
    public static bool IsPassedOver(World world, Violation violation) => world.Store.Active is { } recovery
        && recovery.Stages.SelectMany(s => s.StepsWithResults).Any(p => p is { Step: StopReceiving, Result.IsSuccess: false }
        && violation.Sentence.EndsWith($"and {world.ServerOf(p.Step.Target.Key).Name}, in plain sight, has them", StringComparison.Ordinal));

    // It stands in the ledger with another source than the one it has by now.
    public static bool HasStopElsewhere(World world) => Stopped(world).Any(s => world.Store.Ledger.Of(s.Key)
        .OfType<LedgerEntry.Stopped>().Any(e => e.Source != s.Replica.Source!.Key));

    public static bool HasTwoClosedRoots(World world)
    {
        var roots = world.Servers.Where(s => s is { IsRunning: true, Replica.Source: null }).ToArray();
        return roots.Length > 1 && roots.All(s => s.ReadOnly && !world.Servers.Any(f => f.Replica.Source == s))
            && roots.Any(s => world.Store.Ledger.Has<LedgerEntry.Closed>(s.Key))
            && roots.Any(s => world.Store.Recoveries.Any(r => IsCutLoose(r, s)));
    }

    // One that is up would be told to follow, and to acknowledge.
    public static bool HasDeadAcker(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, AcceptsWrites: true, Replica.Source: null, Source.HasPending: true }
        && world.Servers.Any(f => f is { IsUp: false, Replica.Acknowledges: true } && f.Replica.Source == s));

    private static IEnumerable<ModelServer> Stopped(World world) =>
        world.Servers.Where(s => s is { IsRunning: true, Replica: { Source: not null, Receiver: ReplicationThread.Stopped, ReceiverError: not 1236 } });

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
