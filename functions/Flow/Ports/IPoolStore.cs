using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>A pool as it was submitted.</summary>
/// <param name="Servers">Of any clusters; some may be forgotten by now.</param>
/// <param name="By">Who submitted it last.</param>
public sealed record StoredPool(string Name, ImmutableArray<InstanceKey> Servers, string By, DateTimeOffset At);

/// <summary>Pools of servers, as people and scripts submit them. Nothing is decided by them.</summary>
public interface IPoolStore
{
    /// <summary>Every pool, by name.</summary>
    Task<ImmutableArray<StoredPool>> ReadPoolsAsync(CancellationToken cancel);

    /// <summary>In place of what the pool was; without a server there is no such pool any more.</summary>
    Task SavePoolAsync(StoredPool pool, CancellationToken cancel);
}
