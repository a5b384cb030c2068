namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// What was stopped goes on, a server with what was sent to it meanwhile: <c>cont db1</c>.
/// </summary>
internal sealed class ContinueCommand() : Command("cont", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var who = line.Word(0);
        if (scene.IsProcess(who)) scene.Process(who).Life.Continue();
        else scene.Servers.Continue(scene.Server(who));
        return null;
    }
}
