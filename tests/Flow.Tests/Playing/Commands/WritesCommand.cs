namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints how often a recovery was written to the store: <c>writes</c>.
/// </summary>
internal sealed class WritesCommand() : Command("writes", 0)
{
    public override string? Run(Scene scene, CommandLine line) => $"{scene.Memory.Writes} writes";
}
