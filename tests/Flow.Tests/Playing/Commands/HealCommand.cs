namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// The network of a process, or between a server and its replicas, is whole again: <c>heal p1</c>, <c>heal db1</c>.
/// </summary>
internal sealed class HealCommand() : Command("heal", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var who = line.Word(0);
        if (scene.IsProcess(who)) scene.Servers.Heal(who);
        else scene.Servers.Join(scene.Server(who));
        return null;
    }
}
