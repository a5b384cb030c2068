namespace OrchestratorFunctions.Flow.Ports;

/// <summary>
/// Storage answers, and what was to be written is larger than it can hold. The message names what it was, its size and
/// the limit.
/// </summary>
public sealed class StorageLimitException(string message) : Exception(message);
