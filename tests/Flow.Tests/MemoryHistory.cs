using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>What the gate asks of recoveries.</summary>
internal sealed partial class Memory
{
    /// <summary>As if the active recoveries had been written by a version that knows more than this one.</summary>
    public ActiveRecovery? Unreadable { get; set; }

    public Task PrepareAsync(ClusterId cluster, CancellationToken cancel) => Task.CompletedTask;

    public Task<RecoveryHistory> ReadHistoryAsync(ClusterId cluster, DateTimeOffset since, DateTimeOffset vainSince, CancellationToken cancel)
    {
        lock (gate)
        {
            var past = recoveries.Where(r => r.Value.Cluster == cluster).Select(r => PastRecovery.Of(Read(r.Key)!, r.Value.By.Length > 0)).OfType<PastRecovery>();
            var kept = past.Where(p => p.EndedAt > (p.IsInVain ? vainSince : since)).OrderByDescending(p => p.EndedAt);
            return Task.FromResult(new RecoveryHistory(active.TryGetValue(cluster, out var id) ? Unreadable ?? ActiveRecovery.Of(Read(id)!) : null, [.. kept]));
        }
    }
}
