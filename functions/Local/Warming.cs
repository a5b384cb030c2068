using System.Text.Json;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Local;

/// <summary>
/// Rehearses the failover of every watched cluster once, soon after the start: the code that must be fast on the worst day has then run
/// before, and a cluster that could not be recovered is named while there is time.
/// </summary>
internal static class Warming
{
    public static async Task RunAsync(LocalRoom room, CancellationToken cancel)
    {
        try
        {
            while (room.Watch.Topologies.Length == 0 || room.Watch.Topologies.Any(t => t.Members.All(m => !m.IsSeen))) await Task.Delay(100, cancel);
            foreach (var topology in room.Watch.Topologies) await RehearseAsync(room, topology, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"rehearsing at start: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private static async Task RehearseAsync(LocalRoom room, Topology topology, CancellationToken cancel)
    {
        var (plan, start) = await room.Command.PlanAsync(topology.Cluster, RecoveryKind.DeadPrimary, null, cancel);
        if (plan is null || start is null) return;
        _ = RecoveryText.Tell(plan, step => room.Preview(step, start));
        _ = JsonSerializer.Deserialize<Recovery>(JsonSerializer.Serialize(plan, CoreJson.Options), CoreJson.Options);
        _ = await room.Storage.Recoveries.ReadRecentAsync(topology.Cluster, 20, cancel);
        if (plan.Outcome is { IsSuccess: false } outcome)
            await Console.Error.WriteLineAsync($"cluster {(topology.Alias.Length > 0 ? topology.Alias : topology.Cluster.Value)}: a failover would not succeed now. {outcome.Says}");
    }
}
