namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints the stages of a recovery, with what was said to it: <c>stages f1</c>.
/// </summary>
internal sealed class StagesCommand() : Command("stages", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var stages = scene.Recovery(line.Word(0)).Stages;
        return scene.Plain.Of(string.Join(", ", stages.Select(Of)));

        static string Of(StageRecord s) => s.Stage.Name + (s.Signal is { } signal ? $" ({signal.Says})" : "");
    }
}
