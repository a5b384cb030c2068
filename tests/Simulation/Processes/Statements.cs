using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>Step and sighting → statements, as MySql/Wording/StepStatements writes them.</summary>
public static class Statements
{
    public static IReadOnlyList<Statement> Of(PlanStep step, Instance seen, World world, RunningRecovery run, long? notAfter, Topology topology)
    {
        var channel = step.Target.ChannelName;
        IEnumerable<ReplicationLink> Meant(Func<ReplicationLink, bool> wanted) =>
            seen.Links.Where(l => (channel is null || l.Channel == channel) && wanted(l));
        IReadOnlyList<Statement> Start(ReplicationThreads threads)
        {
            var (receives, applies) = (StartReplication.OfReceivers(threads), StartReplication.OfAppliers(threads));
            bool Stands(ReplicationLink l) => (receives && l.Receiver == ReplicationThread.Stopped) || (applies && l.Applier == ReplicationThread.Stopped);
            return [.. Meant(Stands).Select(l => new Statement.Start(receives, applies, l.Channel))];
        }
        switch (step)
        {
            case StopReceiving:
                return [.. Meant(l => l.Receiver != ReplicationThread.Stopped).Select(l => new Statement.StopReceiver(l.Channel))];
            case StopReplication { Threads: ReplicationThreads.Both }:
                return [.. Meant(l => l.Receiver != ReplicationThread.Stopped || l.Applier != ReplicationThread.Stopped)
                    .Select(l => new Statement.StopBoth(channel is null && seen.Links.Length == 1 ? null : l.Channel))];
            case StartReplication start:
                return Start(start.Threads);
            case PointTo to:
                return PointTo(to, seen, channel, world, topology);
            case ForgetSource when channel is null && !seen.Version.IsMariaDb:
                return [new Statement.StopBoth(), new Statement.ResetAll()];
            case ForgetSource:
                return [.. Meant(_ => true).SelectMany(l => new Statement[] { new Statement.StopBoth(l.Channel), new Statement.ResetAll(l.Channel) })];
            case WaitUntilApplied:
                return Start(ReplicationThreads.Applier);
            case SetReadOnly:
                return [new Statement.Close(CutsClientsOff: false)];
            case SetWritable:
                return [new Statement.Open(run.Recovery.Id, notAfter, From: run.Process.Place)];
            case SetSemiSync set:
                return SemiSync(set, seen);
            case SetEvents set:
                return [new Statement.Events(set.Events, set.State)];
            default:
                throw new NotSupportedException($"no statements for {step.GetType().Name}");
        }
    }

    private static List<Statement> PointTo(PointTo to, Instance seen, string? channel, World world, Topology topology)
    {
        var link = seen.LinkOf(channel);
        var name = link?.Channel ?? channel ?? "";
        List<Statement> statements = [];
        // After a demotion a MariaDB server's own transactions stand in its binary log only.
        if (seen.Version.IsMariaDb && seen.Links.IsEmpty && seen.LogsReplicaUpdates) statements.Add(new Statement.BeginAtOwnLog());
        var (receives, applies) = (StartReplication.OfReceivers(to.Threads), StartReplication.OfAppliers(to.Threads));
        var keeps = applies && !seen.Version.IsMariaDb && UnappliedTransactions.MayBeKept(seen, link, topology[to.Source]?.Current);
        if (keeps && link!.Receiver != ReplicationThread.Stopped) statements.Add(new Statement.StopReceiver(name));
        else if (link is not null && !keeps) statements.Add(new Statement.StopBoth(name));
        var source = world.Addresses.At(to.Source) ?? world.ServerOf(to.Source);
        statements.Add(new Statement.ChangeSource(source, name, FromCurrent: link is null && !seen.Links.IsEmpty) { Address = to.Source, KeepsRelayLog = keeps });
        if (receives || (applies && !keeps)) statements.Add(new Statement.Start(receives, applies && !keeps, name));
        return statements;
    }

    private static List<Statement> SemiSync(SetSemiSync set, Instance seen)
    {
        var (wait, timeout) = set.AsSource
            ? (set.WaitForReplicas, set.TimeoutMilliseconds)
            : (seen.SemiSync.WaitForReplicas, seen.SemiSync.TimeoutMilliseconds);
        List<Statement> statements = [new Statement.SemiSync(set.AsSource, set.AsReplica, wait, timeout)];
        // A receiver announces itself as acknowledging when it connects, and not later.
        var isRunning = seen.Links.Any(l => l.Receiver != ReplicationThread.Stopped);
        if (seen.SemiSync.ReplicaEnabled != set.AsReplica && isRunning) statements.Add(new Statement.RestartReceiver());
        return statements;
    }
}
