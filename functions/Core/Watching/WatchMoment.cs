namespace OrchestratorFunctions.Core.Watching;

/// <summary>What the clocks of the watching process say at one instant, and whether it may act.</summary>
/// <param name="Wall">The wall clock; it may jump, and only labels.</param>
/// <param name="Running">The monotonic clock, from any beginning; waits are measured on it.</param>
/// <param name="Awake">
/// The part of it in which the process ran (<see cref="AwakeTime"/>); silence is measured on it.
/// </param>
/// <param name="MayAct">The process has the right to act on what it sees.</param>
public readonly record struct WatchMoment(DateTimeOffset Wall, TimeSpan Running, TimeSpan Awake, bool MayAct);
