namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A message that a primary is dead reaches a process: <c>deliver f1 to=p1 [stages=0]</c>.
/// </summary>
internal sealed class DeliverCommand() : Command("deliver", 1, "to", "stages")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var (id, stages) = (line.Word(0), line.Number("stages", int.MaxValue));
        var failure = Flow.Tests.Process.DeadPrimary(id);
        return scene.Process(line.Get("to"))
            .Ask(id, (flows, cancel) => flows.Recover.RunAsync(failure, cancel, stages));
    }
}
