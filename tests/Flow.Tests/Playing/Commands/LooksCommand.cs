namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints the looks at a server since looks were printed last: <c>looks db1</c>.
/// </summary>
internal sealed class LooksCommand() : Command("looks", 1)
{
    public override string? Run(Scene scene, CommandLine line) =>
        scene.Looks(scene.Server(line.Word(0)));
}
