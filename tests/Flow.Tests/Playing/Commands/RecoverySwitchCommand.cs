namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// The switch that allows recoveries by themselves: <c>recovery off</c>, <c>recovery on</c>.
/// </summary>
internal sealed class RecoverySwitchCommand() : Command("recovery", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var to = line.Word(0);
        if (to is not ("on" or "off")) throw line.Unknown(to, "the switch is on or off");
        scene.Memory.RecoveryEnabled = to == "on";
        return null;
    }
}
