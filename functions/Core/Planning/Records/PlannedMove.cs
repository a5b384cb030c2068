using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>One server of several that are moved.</summary>
/// <param name="Target">Its new source.</param>
public sealed record PlannedMove(InstanceKey Key, InstanceKey Target);

/// <summary>What became of one of them.</summary>
public sealed record EndedMove(InstanceKey Key, RecoveryOutcome Outcome);
