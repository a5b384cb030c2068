using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Servers.Flavours;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>
/// What must happen once faults have stopped on a healthy core: one server accepts writes and commits them (L1, L3), and
/// every other living one follows it, or was listed as lost or as a former primary (L2).
/// </summary>
public static class LivenessRules
{
    /// <summary>Faults have stopped by then.</summary>
    public static readonly long FaultsEnd = Ticks.Of(14);

    /// <summary>
    /// A lease that ran out (10 s), a look for unfinished recoveries (5 s), a block after one in vain (3 s here), three
    /// attempts that wait 10 s each, and the recovery itself.
    /// </summary>
    public static readonly long Bound = Ticks.Of(60);

    public static void Run(World world, Func<bool> isOver)
    {
        world.Queue.RunUntil(FaultsEnd, isOver);
        Calm.Down(world);
        var well = 0;
        for (var at = FaultsEnd; at < FaultsEnd + Bound && well < 3 && !isOver(); at += Ticks.Second)
        {
            world.Queue.RunUntil(at + Ticks.Second, isOver);
            well = Problem(world) is null ? well + 1 : 0;
        }
        if (well < 3 && Problem(world) is var (invariant, sentence)) world.Judge.Report(invariant, sentence);
    }

    private static (string Invariant, string Sentence)? Problem(World world)
    {
        var writers = world.Servers.Where(s => s is { IsRunning: true, AcceptsWrites: true, Replica.Source: null }).ToArray();
        if (writers.Length > 1 && writers.Count(w => !IsSaidToStayOpen(world, w)) > 1) return ("S1", $"{Names(writers)} accept writes side by side, {Bound / Ticks.Second} s after faults stopped");
        if (writers.Length == 0) return NoWriter(world);
        // Beside it nobody is opened until a person has done what its record names.
        if (writers.FirstOrDefault(w => !IsSaidToStayOpen(world, w)) is not { } writer) return null;
        foreach (var server in world.Servers.Where(s => s.IsRunning && s != writer))
            if (WhyStray(world, server, writer) is { } why) return ("L2", why);
        var isHeard = world.Clients.Any(c => c.LastAcknowledged > world.Now - Ticks.Of(4));
        return isHeard || IsSaidToHang(world, writer) || IsLeftToHang(world, writer) || IsHalfOpen(world, writer) ? null : ("L3", $"{writer.Name} accepts writes and commits none of them");
    }

    // MariaDB: a former primary whose commits wait for acknowledgements that nobody gives cannot be closed, and nothing is
    // committed there; the record of its closing says what would end it (L7).
    private static bool IsSaidToStayOpen(World world, ModelServer server) =>
        server is { Source.HasPending: true, Flavour.KillCutsOffAtOnce: false } && world.Store.Ledger.IsFormerPrimary(server.Key)
        && world.Store.Recoveries.LastOrDefault(r => r.Kind == PlanKinds.FenceFormerPrimary && r.Subject == server.Key && r.IsEnded)
            ?.Outcome is RecoveryOutcome.Abandoned { Refusal.Remedy.Length: > 0 };

    // Its commits wait for servers that live and may not follow it, and for no others: their records say so, and what
    // would end it.
    private static bool IsSaidToHang(World world, ModelServer writer)
    {
        var (given, waits) = Acknowledgements(world, writer);
        var said = world.Servers.Count(s => s.IsRunning && s != writer && s.Replica.Source != writer
            && world.Store.Recoveries.LastOrDefault(r => r.Subject == s.Key)?.Outcome is RecoveryOutcome.Held { Refusal: { Remedy.Length: > 0 } why }
            && why.Because.Contains("so they hang until", StringComparison.Ordinal));
        return writer.Source.HasPending && given < waits && waits <= given + said;
    }

    // It is not the primary: its restart opened it, and those that would acknowledge follow the primary, which a recovery
    // closed. What is said of that one names this one and what would end both (L7).
    private static bool IsLeftToHang(World world, ModelServer writer)
    {
        var (given, waits) = Acknowledgements(world, writer);
        var left = world.Servers.Count(s => s is { IsRunning: true, Replica: { Acknowledges: true, Receiver: not ReplicationThread.Running } }
            && s.Replica.Source == writer && IsLeftToAPerson(s));
        if (writer.Source.HasPending && given < waits && waits <= given + left) return true;
        return writer.Source.HasPending && given < waits && world.Servers.Any(s =>
            s is { IsRunning: true, Replica.Source: null } && s != writer
            && world.Processes.Any(p => p.Recoveries.HasNoted(s.Key, AnalysisCode.ClosedByRecovery)));
    }

    // It lost its power and is back, and who would acknowledge has not noticed: its connection is half open until its
    // replica_net_timeout, and it says that it runs.
    private static bool IsHalfOpen(World world, ModelServer writer) => writer.Source.HasPending && world.Servers.Any(s =>
        s is { IsRunning: true, Shape.NoticesLate: true, Replica: { Receiver: ReplicationThread.Running, IsConnected: false } } && s.Replica.Source == writer);

    private static (int Given, int Waits) Acknowledgements(World world, ModelServer writer)
    {
        bool Gives(ModelServer s) => s is { IsRunning: true, Replica: { Acknowledges: true, Receiver: ReplicationThread.Running } } && s.Replica.Source == writer;
        return (world.Servers.Count(Gives), writer.Source.IsSemiSync ? Math.Max(1, writer.Source.WaitFor) : 0);
    }

    private static (string, string)? NoWriter(World world)
    {
        // What an operator asked for in vain says nothing of why nobody took the primary's place, nor does that another
        // server was closed meanwhile.
        var newest = world.Store.Recoveries.Where(r => r.Kind is { IsAutomatic: true, OnlyCloses: false }).Select(r => r.Outcome).LastOrDefault(o => o is not null);
        var says = newest is null ? "no recovery has ended" : $"the newest recovery says: {newest.Says}";
        // A former primary that is read-only waits for an operator.
        var roots = world.Servers.Where(s => s is { IsRunning: true, Replica.Source: null } && !world.Store.Ledger.IsFormerPrimary(s.Key)).ToArray();
        if (roots.Any(s => IsLeftClosedAfterMoves(world, s))) return null;
        if (roots.Length > 0) return ("L3", $"{Names(roots)} follows nobody and is read-only; {says}");
        // Nobody may be promoted, and the record says why and what would allow it (L7).
        var isRefused = newest is RecoveryOutcome.Abandoned { Refusal.Remedy.Length: > 0 } or RecoveryOutcome.Held { Refusal.Remedy.Length: > 0 };
        var mayBePromoted = world.Shape.Policy.AllowPossibleLoss && world.Servers.Any(s => IsPromotable(world, s));
        if (world.Servers.Any(s => IsSaidToHaveNobody(world, s) || IsSaidToBeUndecided(world, s) || IsLostUnfound(world, s))) return null;
        return isRefused && !mayBePromoted ? null : ("L1", $"the primary is gone and nobody took its place; {says}");
    }

    // Former primaries wait for an operator, and nobody else is left: the record of its death says so (L7).
    private static bool IsSaidToHaveNobody(World world, ModelServer lost) =>
        !lost.IsUp && world.Store.Ledger.Has<LedgerEntry.Writer>(lost.Key)
        && world.Servers.All(s => s == lost || world.Store.Ledger.IsFormerPrimary(s.Key))
        && world.Processes.Any(p => p.Recoveries.HasNoted(lost.Key, AnalysisCode.DeadPrimaryWithoutReplicas));

    // Too many of its replicas expect nothing of it yet: the others are no majority, and its record says so (decision 0021).
    private static bool IsSaidToBeUndecided(World world, ModelServer lost)
    {
        var told = world.Servers.Where(s => s.IsRunning && s.Replica.Source == lost && s.Replica.Receiver != ReplicationThread.Stopped).ToArray();
        var late = told.Count(s => s is { Shape.NoticesLate: true, Replica.Receiver: ReplicationThread.Running });
        return !lost.IsUp && late > 0 && (told.Length - late) * 2 <= told.Length
            && world.Processes.Any(p => p.Recoveries.HasNoted(lost.Key, AnalysisCode.UnreachablePrimary));
    }

    // It was lost before anybody found it at its new address. Another server answers at the old one: it may live, and its
    // record says so. Or a person has pointed its replicas to where nobody answers any more, which is said of each.
    private static bool IsLostUnfound(World world, ModelServer lost) => !lost.IsUp && HaveMoved(world) && lost.FoundSince == long.MaxValue
        && world.Processes.Any(p => world.Servers.Any(s => p.Recoveries.HasNoted(s.Key, AnalysisCode.UnreachablePrimary)
            || (s.Replica.Source == lost && p.Recoveries.Finds(s.Key, AnalysisCode.SourceUnknown))));

    private static bool IsPromotable(World world, ModelServer server) => !IsOfAnotherHistory(world, server) && server is { IsRunning: true, Replica.Source.Replica.Source: null }
        && server is { Other: null, Shape: { LogsReplicaUpdates: true, DelaySeconds: 0 }, Admission.Missing.All.Length: 0 }
        && world.Store.RuleOf(server) != PromotionRule.MustNot
        && !world.Transactions.Exists(t => t.IsErrant && server.Logged.Has(t));

    // It has what the former primary wrote when it was back. The successor was lost, lacks that, and may have written too:
    // which of two histories counts says a person (S7), and the record of this server names both (L7).
    private static bool IsOfAnotherHistory(World world, ModelServer server)
    {
        if (server.Replica.Source is not { } source || !world.Store.Ledger.IsFormerPrimary(source.Key)) return false;
        var newest = world.Store.Recoveries.LastOrDefault(r => r.Subject == server.Key);
        if (newest is not { Outcome: RecoveryOutcome.Held { Refusal: { Remedy.Length: > 0 } why } }) return false;
        return newest.Kind == PlanKinds.FinishRecovery && world.Servers.Any(lost =>
            !lost.IsUp && IsSuccessor(world, lost)
            && world.Transactions.Exists(t => server.Logged.Has(t) && !lost.Logged.Has(t))
            && why.Because.Contains($"which {lost.Key} lacks", StringComparison.Ordinal));
    }

    private static bool IsSuccessor(World world, ModelServer lost) =>
        world.Store.Ledger.Has<LedgerEntry.MaybeOpen>(lost.Key) || world.Store.Ledger.Has<LedgerEntry.Writer>(lost.Key);

    private static string? WhyStray(World world, ModelServer server, ModelServer writer)
    {
        var at = server;
        for (var step = 0; step < world.Servers.Length && at != writer; step++)
        {
            if (IsLeftToAPerson(at)) return null;
            if (at.Replica is not { Source: { } source, Receiver: ReplicationThread.Running, Applier: ReplicationThread.Running })
                return IsSaid(world, at) ? null : $"{at.Name} does not replicate (receiver {at.Replica.Receiver}, applier {at.Replica.Applier}), and no record says so";
            at = source;
        }
        return at == writer ? null : $"{server.Name} follows a ring";
    }

    // Nobody but the person who stopped it starts it again (S19); nobody but a person gives its source the account that
    // it logs in with (ReplicaNotReceiving stands).
    private static bool IsLeftToAPerson(ModelServer server) =>
        server.Replica is not { ApplierStoppedByHandAt: long.MaxValue, ReceiverStoppedByHandAt: long.MaxValue }
        || IsInItsOwnWay(server)
        || server.Replica is { Receiver: ReplicationThread.Connecting, Source.Admission.HasReplicationAccount: false, TurnedAwaySince: not long.MaxValue };

    // MariaDB, gtid_strict_mode: it has what its source lacks. Somebody wrote to it by hand, or to the server that it
    // followed, or it was open beside its source. What that wrote at the same number cannot be applied any more, or its
    // source refuses it. The analysis says so.
    private static bool IsInItsOwnWay(ModelServer server) =>
        server.Replica is { Applier: ReplicationThread.Stopped, ApplierError: not 0 } or { Receiver: ReplicationThread.Stopped, ReceiverError: not 0 }
        && server.Flavour is MariaDbFlavour
        && server.BinaryLog.Exists(t => t.IsErrant || (server.Replica.Source is { } source && !source.Logged.Has(t)))
        && server.World.Processes.Any(p => p.Watch.IsWatching && Analyzer.Analyze(p.Watch.Topology).Any(a => IsAbout(a, server)));

    // Where none of a primary's replicas replicates, that is said once.
    private static bool IsAbout(Analysis found, ModelServer server) => found.Key == server.Key
        || (found.Key == server.Replica.Source?.Key
            && found.Code is AnalysisCode.AllPrimaryReplicasNotReplicating or AnalysisCode.PrimarySingleReplicaNotReplicating);

    // By design a former primary waits for an operator; a lost one is named by the record, as is one that may not follow.
    private static bool IsSaid(World world, ModelServer server) => world.Store.Ledger.IsFormerPrimary(server.Key)
        || IsForAPerson(world, server) || IsRefusing(world, server) || IsStrayAfterMoves(world, server) || IsLeftClosedAfterMoves(world, server)
        || world.Store.Recoveries.Any(r => r.Subject == server.Key && r.Kind == PlanKinds.FinishRecovery && r.Outcome is RecoveryOutcome.Held { Refusal.Remedy.Length: > 0 })
        || world.Store.Recoveries.Any(r => r.Subject == server.Replica.Source?.Key && r.Outcome is RecoveryOutcome.Abandoned { Refusal.Remedy.Length: > 0 } or RecoveryOutcome.Held { Refusal.Remedy.Length: > 0 })
        || world.Store.Recoveries.Any(r => r.Outcome is RecoveryOutcome.Promoted p && p.Lost.Any(l => l.Key == server.Key));

    // It refuses what is asked of it, and the record says what it asks for (L7).
    private static bool IsRefusing(World world, ModelServer server) => server.Admission.Missing.All.Length > 0
        && world.Store.Recoveries.LastOrDefault(r => r.Subject == server.Key && r.Kind == PlanKinds.FinishRecovery)
            ?.Outcome is RecoveryOutcome.Abandoned { Refusal: { Remedy.Length: > 0 } why }
        && why.Because.Contains("could not be made to follow", StringComparison.Ordinal);

    // Somebody opened the writer, be it its restart, while a recovery had closed the primary or could not reach it. Which
    // of the two is meant says a person: a problem stands of the primary, and its record says what would end it (L7).
    private static bool IsForAPerson(World world, ModelServer server) => world.Processes.Any(p =>
        p.Recoveries.HasNoted(server.Key, AnalysisCode.ClosedByRecovery)
        || (server.Replica.Source is { } source && p.Recoveries.HasNoted(source.Key, AnalysisCode.DeadPrimary)));

    // Where servers have changed their addresses nobody points a replica elsewhere by itself, and whether a primary was
    // closed by its restart may not be known any more: analysis names both.
    private static bool IsStrayAfterMoves(World world, ModelServer server) => HaveMoved(world) && world.Processes.Any(p => p.Recoveries.Finds(
        server.Key, AnalysisCode.ReplicaNotReceiving, AnalysisCode.ReplicaStopped, AnalysisCode.FirstTierReplicaCannotReachPrimary, AnalysisCode.SourceUnknown));

    private static bool IsLeftClosedAfterMoves(World world, ModelServer server) =>
        HaveMoved(world) && world.Processes.Any(p => p.Recoveries.Finds(server.Key, AnalysisCode.NoWritablePrimary));

    private static bool HaveMoved(World world) => world.Shape.AddressFault != Histories.AddressFault.None;

    private static string Names(IEnumerable<ModelServer> servers) => string.Join(" and ", servers.Select(s => s.Name));
}
