namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Something happens before the next step of a verb: <c>before WaitUntilApplied do="revive db1"</c>.
/// </summary>
internal sealed class BeforeCommand() : Command("before", 1, "on", "do")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var (command, then) = CommandLine.Read(line.Get("do"), FlowPlay.Commands);
        scene.Servers.Add(StepFault.Read(scene, line, () => command.Run(scene, then)));
        return null;
    }
}
