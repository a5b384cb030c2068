using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.Api.Tests;

/// <summary>
/// Runs what is asked for to its end on servers made of data, before it answers; a second later whoever watches has seen
/// it.
/// </summary>
internal sealed class MemoryDriver : IRecoveryDriver
{
    private int started;

    /// <summary>What it runs on.</summary>
    public Endpoints Endpoints { get; set; } = null!;

    public async Task<(string Id, Refusal? Refusal)> StartAsync(OperationRequest order, CancellationToken cancel)
    {
        var (world, memory, time) = (Endpoints.World, Endpoints.Memory, Endpoints.Time);
        var process = new Process(world, memory, new MemoryQueue(), time);
        var id = $"r{++started}";
        var result = await process.Command.RunAsync(order, cancel, id);
        time.Advance(TimeSpan.FromSeconds(1));
        var now = time.GetUtcNow();
        memory.Store(new Topology(
            order.Cluster, now, world.Now.Members.Select(m => m.IsSeen ? m with { LastSeenAt = now } : m), "shop"));
        await memory.SaveClusterAsync(order.Cluster, "shop", cancel);
        // What was begun is told by its record, however it ended.
        return (id, result.Recovery is { HasActed: true } ? null : result.WhyNot);
    }

    public Task<Refusal?> SignalAsync(ClusterId cluster, string id, OperatorSignal signal, CancellationToken cancel) =>
        throw new NotSupportedException("what it starts has ended by then");
}
