namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// An operator says a word to a running recovery: <c>signal Approve of=f1 to=p1</c>.
/// </summary>
internal sealed class SignalCommand() : Command("signal", 1, "of", "to")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        if (!Enum.TryParse<SignalKind>(line.Word(0), out var kind))
            throw line.Unknown(line.Word(0), "no signal has this name");
        var signal = new OperatorSignal(kind, "dana", "", scene.Turns.Now);
        var id = line.Get("of");
        return scene.Process(line.Get("to")).Ask($"{kind} of {id}", (flows, cancel) =>
            flows.Recover.TellAsync(World.Cluster, scene.Plain.Id(id), signal, cancel));
    }
}
