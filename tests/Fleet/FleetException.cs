namespace OrchestratorFunctions.Fleet;

/// <summary>A fleet cannot be had, and the sentence says why.</summary>
/// <param name="code">What the program ends with: 1 failed, 2 wrong command line, 3 not available here.</param>
public sealed class FleetException(int code, string message) : Exception(message)
{
    public int Code => code;
}
