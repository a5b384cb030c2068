namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints what the processes said to the log since it was printed last: <c>story</c>.
/// </summary>
internal sealed class StoryCommand() : Command("story", 0)
{
    public override string? Run(Scene scene, CommandLine line) =>
        scene.Story();
}
