namespace OrchestratorFunctions.Core.Running;

/// <summary>One instant of the process that runs a recovery.</summary>
/// <param name="Wall">The wall clock, which may jump and only labels.</param>
/// <param name="Running">Time since this run began, by a clock that only goes forward: it decides.</param>
/// <param name="LeaseLeft">For how long the cluster's lease is certainly ours, by the same clock.</param>
/// <param name="Epoch">Epoch of that lease.</param>
public readonly record struct Moment(DateTimeOffset Wall, TimeSpan Running, TimeSpan LeaseLeft, long Epoch);
