using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>One thing somebody did, or that was decided. Never holds a secret (S17).</summary>
public sealed record AuditEntry(
    DateTimeOffset At, string Actor, string Act, ClusterId? Cluster, InstanceKey? Instance, string Says);

/// <summary>Who did what, newest first.</summary>
public interface IAuditLog
{
    Task WriteAsync(AuditEntry entry, CancellationToken cancel);

    Task<ImmutableArray<AuditEntry>> ReadAsync(ClusterId? cluster, int limit, CancellationToken cancel);

    /// <summary>Removes entries from before then and says how many; at most so many.</summary>
    Task<int> CleanAsync(DateTimeOffset before, int most, CancellationToken cancel);
}
