namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A host lends a process its time for a while, or is drained: <c>window p1 60s</c>, <c>window p1 drained</c>.
/// </summary>
internal sealed class WindowCommand() : Command("window", 2)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var process = scene.Process(line.Word(0));
        if (line.Word(1) == "drained") process.End();
        else process.Open(line.Duration(line.Word(1)));
        return null;
    }
}
