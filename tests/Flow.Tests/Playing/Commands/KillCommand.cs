namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A server dies and refuses connections, or a process dies and does nothing any more: <c>kill db1</c>, <c>kill p1</c>.
/// </summary>
internal sealed class KillCommand() : Command("kill", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var who = line.Word(0);
        if (scene.IsProcess(who)) scene.Process(who).Life.Kill();
        else scene.Servers.Kill(scene.Server(who));
        return null;
    }
}
