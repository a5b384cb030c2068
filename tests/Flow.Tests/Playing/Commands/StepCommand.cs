namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A process runs one more stage of a recovery: <c>step f1 at=p2</c>.
/// </summary>
internal sealed class StepCommand() : Command("step", 1, "at")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var id = line.Word(0);
        return scene.Process(line.Get("at"))
            .Ask(id, (flows, cancel) => flows.Recover.StepAsync(World.Cluster, scene.Plain.Id(id), cancel));
    }
}
