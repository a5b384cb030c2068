using System.Text.Json;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Local;

/// <summary>
/// Practises once, soon after the start: a whole failover of servers made of data, then the failover of every watched cluster as a rehearsal.
/// The code that must be fast on the worst day has then run before, and what would not work is named while there is time.
/// </summary>
internal static class Warming
{
    /// <summary>Nothing listens there (tcpmux, port 1): what a refused connection costs the first time is paid now.</summary>
    private static readonly InstanceKey Nobody = new("127.0.0.1", 1);

    public static async Task RunAsync(LocalRoom room, CancellationToken cancel)
    {
        try
        {
            await PractiseAsync(room, cancel);
            _ = await room.Ports.Probe.ProbeAsync(Nobody, TimeSpan.FromSeconds(1), cancel);
            room.Ports.Probe.Forget(Nobody);
            while (room.Flow.Watch.Topologies.Length == 0 || room.Flow.Watch.Topologies.Any(t => t.Members.All(m => !m.IsSeen))) await Task.Delay(100, cancel);
            foreach (var topology in room.Flow.Watch.Topologies) await RehearseAsync(room, topology, PlanKinds.DeadPrimary, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"practising at the start: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    /// <summary>The same for a command that is about to block writes: what it costs is paid before.</summary>
    public static async Task BeforeTakeoverAsync(LocalRoom room, ClusterId cluster, CancellationToken cancel)
    {
        await PractiseAsync(room, cancel);
        if (await room.Flow.Command.ReadAsync(cluster, cancel) is not { } topology) return;
        await Task.WhenAll(topology.Members.Where(m => m.IsSeen).Select(m => room.Ports.Sessions.WarmAsync(m.Key, cancel)));
        await RehearseAsync(room, topology, PlanKinds.Takeover, cancel);
    }

    private static async Task PractiseAsync(LocalRoom room, CancellationToken cancel)
    {
        if (await room.Flow.Practice.RunAsync(cancel) is { IsSuccess: false } outcome) await Console.Error.WriteLineAsync($"practice failover: {outcome.Says}");
    }

    private static async Task RehearseAsync(LocalRoom room, Topology topology, PlanKind kind, CancellationToken cancel)
    {
        var (plan, start) = await room.Flow.Command.PlanAsync(topology.Cluster, kind, null, cancel);
        if (plan is null || start is null) return;
        await Task.WhenAll(start.Members.Where(m => m.IsSeen).Select(m => room.Ports.Steps.RunAsync(Nothing(m), start, cancel)));
        _ = RecoveryText.Tell(plan, step => room.Preview(step, start));
        _ = JsonSerializer.Deserialize<Recovery>(JsonSerializer.Serialize(plan, CoreJson.Options), CoreJson.Options);
        if (kind.SubjectIsDead && plan.Outcome is { IsSuccess: false } outcome)
            await Console.Error.WriteLineAsync($"cluster {(topology.Alias.Length > 0 ? topology.Alias : topology.Cluster.Value)}: a failover would not succeed now. {outcome.Says}");
    }

    // Everything has applied nothing: a step that is always true already, so that the way to a step is walked and no statement is sent.
    private static PlannedStep Nothing(Member member) => new(
        new WaitUntilApplied(member.Key, GtidPosition.EmptyFor(member.Now!.Version.Flavor)), Tolerance.BestEffort, TimeSpan.FromSeconds(2), "practice");
}
