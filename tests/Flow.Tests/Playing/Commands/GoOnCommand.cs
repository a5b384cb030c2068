namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Steps that hang go on: <c>go-on</c>.
/// </summary>
internal sealed class GoOnCommand() : Command("go-on", 0)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        scene.Servers.GoOn();
        return null;
    }
}
