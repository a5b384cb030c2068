using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>How a known fault shows in the truth about a history: as narrow as it can be told, so that it hides no other.</summary>
internal static class Causes
{
    // Another one was judged last, and its plan was held.
    public static bool HasWaitingBehind(World world) => Stopped(world).Any(s => world.Store.Ledger.Has<LedgerEntry.Stopped>(s.Key)
        && world.Store.Recoveries is [.., { Outcome: RecoveryOutcome.Held } last] && last.Kind == PlanKinds.FinishRecovery && last.Subject != s.Key);

    public static bool HasDeadIntermediate(World world) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: { IsUp: false } source }
        && (source.Replica.Source is not null || world.Store.Recoveries.Any(r => IsCutLoose(r, source))));

    public static bool IsLostMaybeOpen(World world) => world.Servers.Any(s => !s.IsUp && world.Store.Ledger.Has<LedgerEntry.MaybeOpen>(s.Key))
        && world.Servers.Any(s => s.IsRunning && world.Store.Ledger.IsFormerPrimary(s.Key));

    private static bool IsCutLoose(Recovery recovery, ModelServer server) =>
        recovery.Stages.SelectMany(t => t.Stage.Steps).Any(p => p.Step is ForgetSource && p.Step.Target.Key == server.Key);

    // It was promoted, and nobody came to follow it; what lives follows the one before it.
    public static bool HasUnheardPrimary(World world) => world.Servers.Any(p => !p.IsUp && world.Store.Ledger.Has<LedgerEntry.Writer>(p.Key)
            && !world.Servers.Any(f => f.Replica.Source == p))
        && world.Servers.Any(s => s is { IsRunning: true, Replica.Source: { } source } && world.Store.Ledger.IsFormerPrimary(source.Key));

    // One recovery froze it and opened it again; another one took it for one that a person had closed.
    public static bool HasHiddenFence(World world) => world.Servers.Any(s => s is { IsRunning: true, ReadOnly: true, Replica.Source: null }
        && world.Store.Recoveries.Any(r => r.Outcome is RecoveryOutcome.RolledBack && Steps(r).Any(p => p is SetReadOnly && p.Target.Key == s.Key))
        && world.Store.Recoveries.Any(r => r.Outcome is RecoveryOutcome.Abandoned && Steps(r).Any(p => p is Fence { WasWritable: false } && p.Target.Key == s.Key)));

    public static bool HasRefusedAcker(World world) => world.Servers.Any(s => s is { IsRunning: true, AcceptsWrites: true, Source.HasPending: true })
        && world.Servers.Any(s => s is { IsRunning: true, Replica.Source: null } && world.Store.Recoveries.Any(r => r.Subject == s.Key
            && r.Kind == PlanKinds.FinishRecovery && r.Outcome is RecoveryOutcome.Held { Refusal.Remedy.Length: > 0 }));

    private static IEnumerable<PlanStep> Steps(Recovery recovery) => recovery.Stages.SelectMany(t => t.Stage.Steps).Select(p => p.Step);

    private static IEnumerable<ModelServer> Stopped(World world) =>
        world.Servers.Where(s => s is { IsRunning: true, Replica: { Source: not null, Receiver: ReplicationThread.Stopped } });

    // Where a recovery that was given up has put it.
    public static bool HasStayedBelow(World world) => world.Servers.Any(s => s is { IsRunning: true, Replica.Source: { Replica.Source: not null } source }
        && world.Store.Recoveries.Any(r => r.Outcome is RecoveryOutcome.Abandoned
            && r.Stages.SelectMany(t => t.Stage.Steps).Any(p => p.Step is PointTo point && point.Target.Key == s.Key && point.Source == source.Key)));
}
