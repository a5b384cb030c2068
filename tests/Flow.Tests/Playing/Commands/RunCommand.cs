namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Time passes: <c>run 60s</c>. With words of the log it passes until they are said, and it is an error when they are
/// not: <c>run until="p1 is Watching" most=5s</c>.
/// </summary>
internal sealed class RunCommand() : Command("run", 1, "until", "most")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        if (line.WordOrNull(0) is { } length)
        {
            scene.Pass(line.Duration(length));
            return null;
        }
        var words = line.Get("until");
        if (scene.Pass(line.Length("most"), words)) return null;
        throw line.Unknown(words, $"it is not said within {line.Get("most")}:\n{scene.Story()}");
    }
}
