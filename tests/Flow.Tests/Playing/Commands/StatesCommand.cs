namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints what every process is doing: <c>states</c>.
/// </summary>
internal sealed class StatesCommand() : Command("states", 0)
{
    public override string? Run(Scene scene, CommandLine line) =>
        string.Join('\n', scene.Processes.Values.Select(p => $"{p.Name} {p.Flows.Watch.State}"));
}
