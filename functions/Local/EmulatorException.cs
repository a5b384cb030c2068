namespace OrchestratorFunctions.Local;

/// <summary>The storage emulator cannot be had here; the message says what is missing.</summary>
public sealed class EmulatorException(string says) : Exception(says);
