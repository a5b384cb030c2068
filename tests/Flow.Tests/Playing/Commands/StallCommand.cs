namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Time passes and nothing runs, as on a machine that stands still: <c>stall 20s</c>.
/// </summary>
internal sealed class StallCommand() : Command("stall", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        scene.Turns.Stall(line.Duration(line.Word(0)));
        return null;
    }
}
