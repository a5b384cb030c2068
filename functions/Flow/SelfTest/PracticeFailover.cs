using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.SelfTest;

/// <summary>
/// A whole failover, from verdict to record, of servers made of data over the real store, run when a process starts. It
/// shows that leases, queue and records work while nothing depends on them, and the code that must be fast on the worst
/// day has run once. Leaves nothing behind, and reaches nobody: no message is acted on, no notice sent, nothing
/// counted.
/// </summary>
public sealed class PracticeFailover(
    ITopologyStore topologies, IRecoveryStore recoveries, IClusterLease leases, ISettingsStore settings,
    IAuditLog audit, IFailureSink queue, WatchPolicy watch, string holder, Random chance, TimeProvider time)
{
    /// <summary>It takes less than a second where the store is well.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How it went, null when another process is practising; and why the queue of failures cannot be used, empty when
    /// it can.
    /// </summary>
    public async Task<(RecoveryOutcome? Outcome, string QueueProblem)> RunAsync(CancellationToken cancel)
    {
        await recoveries.ForgetAsync(PracticeCluster.Id, cancel);
        try
        {
            return await FailOverAsync(new PracticeServers(time.GetUtcNow()), cancel);
        }
        finally
        {
            await recoveries.ForgetAsync(PracticeCluster.Id, CancellationToken.None);
        }
    }

    private async Task<(RecoveryOutcome? Outcome, string QueueProblem)> FailOverAsync(
        PracticeServers servers, CancellationToken cancel)
    {
        var known = new PracticeTopologies(topologies, servers);
        var gate = new GateReader(settings, recoveries, new GatePolicy(), time);
        var live = new ReadTopology(known, servers, time);
        var recover = new RecoverCluster(
            live, recoveries, known, servers, leases, gate, new SilentAudit(audit), RecoveryPolicy.Default, watch,
            holder, time, NullLogger.Instance);
        var sink = new PracticeSink(queue);
        var verdicts = new DetectFailures(gate, known, recoveries, sink, watch, chance, time, NullLogger.Instance);
        Recovery? recovery = null;
        recover.Records.Progress += stored => recovery = stored;
        var runs = new RunRecoveries(recoveries, recover, watch, time, NullLogger.Instance);
        Func<CancellationToken, Task>? begin = null;
        verdicts.Found += (failure, topology) =>
            begin = life => runs.RunFoundAsync(failure, topology, time.GetTimestamp(), life);

        var cluster = new LiveCluster(
            new StoredCluster(PracticeCluster.Id, "practice", null, []), time, new StallAwareClock(time));
        foreach (var member in servers.Now.Members) cluster.Add(member);
        verdicts.Prepare(PracticeCluster.Id, 0, cancel);
        await verdicts.JudgeAsync(cluster, cancel);
        if (begin is null || !await IsOverSoonAsync(begin, cancel)) return (null, "");
        return (recovery?.Outcome, await QueueProblemAsync(sink.Practised, cancel));
    }

    // Where another process practises, this one need not.
    private async Task<bool> IsOverSoonAsync(Func<CancellationToken, Task> begin, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var life = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await begin(life.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    // A recovery does not need the queue: without it only the net below a dying process is missing.
    private static async Task<string> QueueProblemAsync(Task practised, CancellationToken cancel)
    {
        try
        {
            await practised;
            return "";
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return Log.FirstLine(e);
        }
    }

    // Nobody acts on what is sent here. The recovery does not wait for it, as it never does.
    private sealed class PracticeSink(IFailureSink real) : IFailureSink
    {
        public Task Practised { get; private set; } = Task.CompletedTask;

        public Task SendAsync(Failure failure, CancellationToken cancel) => Practised = PractiseAsync(failure, cancel);

        public async Task PractiseAsync(Failure failure, CancellationToken cancel) =>
            await real.PractiseAsync(failure, cancel);
    }

    // Practice is nobody's act.
    private sealed class SilentAudit(IAuditLog real) : IAuditLog
    {
        public async Task WriteAsync(AuditEntry entry, CancellationToken cancel) => await Task.Yield();

        public Task<ImmutableArray<AuditEntry>> ReadAsync(ClusterId? cluster, int limit, CancellationToken cancel) =>
            real.ReadAsync(cluster, limit, cancel);

        public Task<int> CleanAsync(DateTimeOffset before, int most, CancellationToken cancel) => Task.FromResult(0);
    }
}
