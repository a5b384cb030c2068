using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>An earlier recovery as the anti-flap window sees it.</summary>
public sealed record PastRecovery(
    string Id, InstanceKey Subject, InstanceKey? Successor, DateTimeOffset StartedAt,
    bool IsActive, bool IsAcknowledged, bool IsCancelled = false);
