using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// An operator asks a process for a plan: <c>ask p2 Takeover to=db2 id=t1</c>,
/// <c>ask p2 Relocate of=db3 to=db2 id=m1 stages=1</c>.
/// </summary>
internal sealed class AskCommand() : Command("ask", 2, "of", "to", "id", "stages")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var (kind, id, stages) = (line.Kind(1), line.Get("id"), line.Number("stages", int.MaxValue));
        var (of, to) = (line.KeyOrNull("of", scene), line.KeyOrNull("to", scene));
        var order = new OperationRequest(World.Cluster, kind, of, to, "dana");
        return scene.Process(line.Word(0))
            .Ask(id, (flows, cancel) => flows.Command.RunAsync(order, cancel, id, stages));
    }
}
