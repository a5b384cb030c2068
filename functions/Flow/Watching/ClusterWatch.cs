using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Watches one cluster: tells Core's watch machine what happened, one event after the other, and has done what it asks
/// for. It decides nothing. Analyses go to <see cref="DetectFailures"/>.
/// </summary>
public sealed class ClusterWatch(
    LiveCluster cluster, IInstanceProbe probe, ISessionKeeper sessions, DetectFailures verdicts, Func<bool> mayAct,
    WatchPolicy policy, ulong chance, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<InstanceKey, DateTimeOffset?> told = [];

    public LiveCluster Cluster => cluster;

    /// <summary>A server a probe mentioned and this watch does not know.</summary>
    public event Action<InstanceKey>? Mentioned;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var tasks = new WatchTasks(cluster, probe, sessions, verdicts, mayAct, time, logger);
        try
        {
            var commands = cluster.Begin(policy, chance, mayAct());
            while (true)
            {
                foreach (var command in commands) await TakeAsync(command, tasks, stop.Token);
                commands = await tasks.NextAsync(cancel) is { } happened ? cluster.Hear(happened, mayAct()) : [];
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    private async Task TakeAsync(WatchCommand command, WatchTasks tasks, CancellationToken cancel)
    {
        switch (command)
        {
            case WatchCommand.Mention mention:
                Mentioned?.Invoke(mention.Key);
                break;
            case WatchCommand.SaySuspected suspected:
                if (IsNews(suspected.Key)) logger.Suspected(suspected.Key.ToString(), suspected.Because);
                verdicts.NoteSuspicion(suspected.Key, time.GetUtcNow());
                break;
            case WatchCommand.ReadAhead:
                if (mayAct()) verdicts.Prepare(cluster.Id, cluster.Topology.Ledger.Version, cancel);
                break;
            case WatchCommand.SayCleared cleared:
                told.Remove(cleared.Key);
                logger.Cleared(cleared.Key.ToString());
                break;
            case WatchCommand.LetGo gone:
                await tasks.EndAsync(gone.Key);
                break;
            default:
                tasks.Begin(command, cancel);
                break;
        }
    }

    // A server that is dead for long, and held back from being replaced, is suspected at every probe anew.
    private bool IsNews(InstanceKey key)
    {
        var seenAt = cluster.Topology[key]?.LastSeenAt;
        if (told.TryGetValue(key, out var before) && before == seenAt) return false;
        told[key] = seenAt;
        return true;
    }
}
