using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Running;

/// <summary>What the machine answers an event with.</summary>
/// <param name="Run">Where the run stands now.</param>
/// <param name="Commands">What it asks for.</param>
public readonly record struct Turn(RecoveryRun Run, ImmutableArray<RecoveryCommand> Commands);
