namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A server was replaced as primary once, and everybody is told: <c>former db4</c>.
/// </summary>
internal sealed class FormerCommand() : Command("former", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        scene.Memory.MarkFormer(scene.Server(line.Word(0)));
        foreach (var process in scene.Processes.Values) process.Life.Run(_ => process.Flows.Watch.Refresh(), null);
        return null;
    }
}
