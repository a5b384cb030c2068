namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A server that died answers again as it was, and its replicas hear it again: <c>revive db1</c>.
/// </summary>
internal sealed class ReviveCommand() : Command("revive", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        scene.Servers.Revive(scene.Server(line.Word(0)));
        return null;
    }
}
