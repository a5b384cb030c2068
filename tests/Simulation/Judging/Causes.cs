using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>How a known fault shows in the truth about a history: as narrow as it can be told, so that it hides no other.</summary>
internal static class Causes
{
    // What the watcher saw last of the server that clients were led to is from before it was opened.
    public static bool IsTakenForReplica(World world)
    {
        var writer = world.Servers[world.Judge.Writer];
        return !writer.IsUp && world.Processes.Any(p =>
            p.Watch is { MayAct: true, IsWatching: true } watch && watch.Topology[writer.Key]?.Known is not { Links.IsEmpty: true });
    }

    public static bool HasDeadIntermediate(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: { IsUp: false } source }
        && (source.Replica.Source is not null || world.Store.Recoveries.Any(r => IsCutLoose(r, source))));

    public static bool FollowsFormerPrimary(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: { } source } && world.Store.Ledger.IsFormerPrimary(source.Key));

    // Its subject, or a server it cut loose, of a recovery that did not end with a new primary.
    public static bool HasUnmarked(World world, bool isOpen) => world.Servers.Any(s => s is { IsRunning: true, Replica.Source: null }
        && s.AcceptsWrites == isOpen && (!isOpen || s.Index != world.Judge.Writer) && !world.Store.Ledger.IsFormerPrimary(s.Key)
        && world.Store.Recoveries.Any(r => r.Outcome is not RecoveryOutcome.Promoted && (r.Subject == s.Key || IsCutLoose(r, s))));

    private static bool IsCutLoose(Recovery recovery, ModelServer server) =>
        recovery.Stages.SelectMany(t => t.Stage.Steps).Any(p => p.Step is ForgetSource && p.Step.Target.Key == server.Key);

    // It was given up on a look from before the fence took effect.
    public static bool IsFenceUnseen(World world) => world.Servers.Any(s => s is { IsRunning: true, Replica.Source: null, SuperReadOnly: true }
        && world.Judge.Traces.Any(t => t is { FencedAt: >= 0, EndedAt: >= 0, BelievesOpen: true } && t.Newest?.Subject == s.Key));

    // It was told to stop receiving and did not, be it that its disk was full.
    public static bool IsPassedOver(World world, Violation violation) => world.Store.Active is { } recovery
        && recovery.Stages.SelectMany(s => s.StepsWithResults).Any(p => p is { Step: StopReceiving, Result.IsSuccess: false }
        && violation.Sentence.EndsWith($"and {world.ServerOf(p.Step.Target.Key).Name}, in plain sight, has them", StringComparison.Ordinal));

    // The receiver was stopped after the look that the ledger was settled by.
    public static bool HasPaidStop(World world) =>
        Stopped(world).Any(s => !world.Store.Ledger.Has<LedgerEntry.Stopped>(s.Key) && world.Store.PaidStops.Contains(s.Key));

    // The receiver was retrying when it was stopped, and keeps the error of that.
    public static bool HasStopWithError(World world) =>
        Stopped(world).Any(s => world.Store.Ledger.Has<LedgerEntry.Stopped>(s.Key) && s.Replica.ReceiverError != 0);

    // It stands in the ledger with another source than the one it has by now.
    public static bool HasStopElsewhere(World world) => Stopped(world).Any(s => world.Store.Ledger.Of(s.Key)
        .OfType<LedgerEntry.Stopped>().Any(e => e.Source != s.Replica.Source!.Key));

    // Its fence says that the server refused writes before.
    public static bool IsFenceForgotten(World world) => world.Servers.Any(s => s is { IsRunning: true, Replica.Source: null, SuperReadOnly: true }
        && world.Store.Recoveries.Any(r => r is { Outcome: RecoveryOutcome.Abandoned } && r.Subject == s.Key
            && r.Stages.Any(t => t.Stage.Steps.Any(p => p.Step is Fence { WasWritable: false }))));

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

    // It was to be the primary for a moment, does not acknowledge since, and the primary waits for it.
    public static bool HasNoAcker(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, AcceptsWrites: true, Replica.Source: null, Source.HasPending: true })
        && world.Servers.Any(s => s is { Replica: { Source: not null, Receiver: ReplicationThread.Running, Acknowledges: false } });

    // The only root that lives started with read_only from its configuration file, and nobody closed it since.
    public static bool HasRestartedReadOnly(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: null, Life: > 0, ReadOnly: true, Shape.ReadOnlyAtStart: true });

    // The ledger says so, and a replica that started without read_only counts as a writer beside it.
    public static bool IsKeptClosed(World world) => HasClosed(world)
        && world.Servers.Any(s => s is { IsRunning: true, AcceptsWrites: true, Replica.Source: not null });

    // The ledger says so, and a server that a plan cut loose is taken for the primary, because replicas follow it.
    public static bool IsClosedBesideCutLoose(World world) => HasClosed(world)
        && world.Servers.Any(s => s is { IsRunning: true, Replica.Source: null } && world.Store.Recoveries.Any(r => IsCutLoose(r, s))
            && world.Servers.Any(f => f.Replica.Source == s));

    private static bool HasClosed(World world) =>
        world.Servers.Any(s => s is { IsRunning: true, Replica.Source: null, ReadOnly: true } && world.Store.Ledger.Has<LedgerEntry.Closed>(s.Key));
}
