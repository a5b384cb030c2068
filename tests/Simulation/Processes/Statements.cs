using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>Step and sighting → statements, as MySql/Stepping/StepStatements writes them for MySQL.</summary>
public static class Statements
{
    public static IReadOnlyList<Statement> Of(PlanStep step, Instance seen, World world, RunningRecovery run, long? notAfter)
    {
        var links = seen.Links;
        switch (step)
        {
            case StopReceiving:
                return links.Any(l => l.Receiver != ReplicationThread.Stopped) ? [new Statement.StopReceiver()] : [];
            case StartReplication start:
                var (receives, applies) = (start.Threads != ReplicationThreads.Applier, start.Threads != ReplicationThreads.Receiver);
                return links.Any(l => (receives && l.Receiver == ReplicationThread.Stopped) || (applies && l.Applier == ReplicationThread.Stopped))
                    ? [new Statement.Start(receives, applies)]
                    : [];
            case PointTo to:
                var change = new Statement.ChangeSource(world.ServerOf(to.Source));
                var restart = new Statement.Start(true, to.Threads != ReplicationThreads.Receiver);
                return links.IsEmpty ? [change, restart] : [new Statement.StopBoth(), change, restart];
            case ForgetSource:
                return [new Statement.StopBoth(), new Statement.ResetAll()];
            case WaitUntilApplied:
                return links.Any(l => l.Applier == ReplicationThread.Stopped) ? [new Statement.Start(false, true)] : [];
            case SetReadOnly:
                return [new Statement.Close(CutsClientsOff: false)];
            case SetWritable:
                return [new Statement.Open(run.Recovery.Id, notAfter)];
            case SetSemiSync set:
                return SemiSync(set, seen);
            default:
                throw new NotSupportedException($"no statements for {step.GetType().Name}");
        }
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
