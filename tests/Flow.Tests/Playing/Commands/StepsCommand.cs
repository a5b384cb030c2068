namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints the steps that ran since they were printed last: <c>steps</c>.
/// </summary>
internal sealed class StepsCommand() : Command("steps", 0)
{
    public override string? Run(Scene scene, CommandLine line) =>
        scene.Steps();
}
