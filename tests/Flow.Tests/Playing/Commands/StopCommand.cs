namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A server or a process is frozen, as by SIGSTOP: <c>stop db1</c>, <c>stop p1</c>.
/// </summary>
internal sealed class StopCommand() : Command("stop", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var who = line.Word(0);
        if (scene.IsProcess(who)) scene.Process(who).Life.Stop();
        else scene.Servers.Stop(scene.Server(who));
        return null;
    }
}
