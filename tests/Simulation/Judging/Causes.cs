using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>How a known fault shows in the truth about a history: as narrow as it can be told, so that it hides no other.</summary>
internal static class Causes
{
    public static bool IsReplacedTwice(World world) => world.Store.Recoveries
        .Where(r => r.Outcome is RecoveryOutcome.Promoted && r.Kind.IsFailover).GroupBy(r => r.Subject).Any(g => g.Count() > 1);

    public static bool IsReplacedAgain(World world)
    {
        var replaced = world.Store.Recoveries.FirstOrDefault(r => r is { Kind.IsFailover: true, Outcome: RecoveryOutcome.Promoted });
        return replaced is not null && world.Store.Recoveries.Any(r => r.Kind.IsFailover && r.Subject == replaced.Subject && r.Id != replaced.Id
            && r.StartedAt > replaced.StartedAt);
    }

    // What the watcher saw last of the server that clients were led to is from before it was opened.
    public static bool IsTakenForReplica(World world)
    {
        var writer = world.Servers[world.Judge.Writer];
        return !writer.IsUp && world.Processes.Any(p =>
            p.Watch is { MayAct: true, IsWatching: true } watch && watch.Topology[writer.Key]?.Known is not { Links.IsEmpty: true });
    }

    public static bool HasDeadIntermediate(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: { IsUp: false, Replica.Source: not null } });

    public static bool FollowsFormerPrimary(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: { } source } && world.Store.Servers[source.Index].IsFormerPrimary);

    // The watcher saw the primary for 5 s longer than a replica that holds what is missing.
    public static bool IsTakenToBeGone(World world) => world.Judge.Holders.Any(s => world.Processes.Any(p => p.IsUp
        && world.Store.Active is { } recovery && p.Watch.Topology[recovery.Subject]?.LastSeenAt - p.Watch.Topology[s.Key]?.LastSeenAt > TimeSpan.FromSeconds(5)));

    // Its subject, or a server it cut loose, of a recovery that did not end with a new primary.
    public static bool HasUnmarked(World world, bool isOpen) => world.Servers.Any(s => s is { IsRunning: true, Replica.Source: null }
        && s.AcceptsWrites == isOpen && (!isOpen || s.Index != world.Judge.Writer) && !world.Store.Servers[s.Index].IsFormerPrimary
        && world.Store.Recoveries.Any(r => r.Outcome is not RecoveryOutcome.Promoted && (r.Subject == s.Key || IsCutLoose(r, s))));

    private static bool IsCutLoose(Recovery recovery, ModelServer server) =>
        recovery.Stages.SelectMany(t => t.Stage.Steps).Any(p => p.Step is ForgetSource && p.Step.Target.Key == server.Key);

    public static bool IsHeldByFormerSubject(World world) => world.Judge.Holders.Any(s =>
        world.Store.Recoveries.Any(r => r.Subject == s.Key && r.Outcome is RecoveryOutcome.Abandoned));

    public static bool IsOldVerdict(World world) => world.Store.Active is { } recovery && world.Processes.Any(p => p.IsUp
        && p.Recoveries.VerdictAt < world.Now - Ticks.Of(2) && world.Judge.Runs.Any(r => r.Process == p && r.Recovery.Id == recovery.Id));

    public static bool HasStoppedReceiver(World world) =>
        world.Servers.Any(s => s is { IsRunning: true, Replica: { Source: not null, Receiver: ReplicationThread.Stopped, ReceiverError: 0 } });

    // The subject of the newest failover runs again, too short a time for a look that began before.
    public static bool HasJustReturned(World world)
    {
        if (world.Store.Active is not { Kind.SubjectIsDead: true } recovery) return false;
        var old = world.ServerOf(recovery.Subject);
        return old.IsRunning && world.Now - old.RunningSince < Ticks.Of(2.2);
    }

    // The process that opens stood still between a look that failed and its end.
    public static bool HasReturnedSinceLook(World world) => world.Store.Active is { Kind.SubjectIsDead: true } recovery
        && world.ServerOf(recovery.Subject) is { AcceptsWrites: true } old
        && world.Judge.Runs.Any(r => r.Recovery.Id == recovery.Id && r.SubjectLookBegunAt < old.OpenSince);

    // The run that opens does not look at a server that is open by now.
    public static bool HasReturnedUnseen(World world) => world.Judge.Runs.Any(r => world.Servers.Any(s =>
        s.AcceptsWrites && s.Replica.Source is null && s.Key != r.Recovery.Subject && !r.LooksAt(s.Key)));

    public static bool IsTakenUp(World world) => world.Store.Active is { } r && r.Stages.Select(s => s.Epoch).Distinct().Count() > 1;

    // The only root that lives started with read_only from its configuration file, and nobody closed it since.
    public static bool HasRestartedReadOnly(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: null, Life: > 0, ReadOnly: true, Shape.ReadOnlyAtStart: true });

    // super_read_only is ours, and the server was not there to be seen when the recovery that closed it ended.
    public static bool HasStayedClosed(World world) => world.Servers.Any(s => s is { IsRunning: true, Replica.Source: null, SuperReadOnly: true }
        && world.Judge.Traces.Any(t => t.Newest?.Subject == s.Key && t.EndedAt >= 0 && CameBack(world, s, t) > t.EndedAt - Ticks.Of(1.2)));

    private static long CameBack(World world, ModelServer server, RecoveryTrace trace) => Math.Max(
        server.RunningSince, trace.SenderPlace < 0 ? 0 : world.Network.WholeSince(trace.SenderPlace, server.Place));
}
