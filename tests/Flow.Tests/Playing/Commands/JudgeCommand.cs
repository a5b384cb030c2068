namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A process judges the cluster once more, and the judgement is printed: <c>judge p1</c>.
/// </summary>
internal sealed class JudgeCommand() : Command("judge", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var process = scene.Process(line.Word(0));
        var judging = process.Flows.DetectFailures.JudgeAsync(process.Flows.Watch.Watched(World.Cluster)!, default);
        scene.Turns.Settle();
        return $"{process.Name} judges: {judging.Result}";
    }
}
