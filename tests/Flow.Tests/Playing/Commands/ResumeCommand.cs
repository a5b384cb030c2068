namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A process takes up what is unfinished in the cluster: <c>resume p2</c>.
/// </summary>
internal sealed class ResumeCommand() : Command("resume", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        return scene.Process(line.Word(0))
            .Ask("resume", (flows, cancel) => flows.Recover.ResumeAsync(World.Cluster, cancel));
    }
}
