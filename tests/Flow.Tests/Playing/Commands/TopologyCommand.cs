using OrchestratorFunctions.Core.Explaining;

namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints the servers as they are, and what is owed about them; or as a process knows them: <c>topology</c>,
/// <c>topology p2</c>.
/// </summary>
internal sealed class TopologyCommand() : Command("topology", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        if (line.WordOrNull(0) is { } name)
        {
            var known = scene.Process(name).Flows.Watch.Topologies.Select(t => TopologyText.Draw(t));
            return scene.Plain.Of(string.Join('\n', known));
        }
        var drawn = TopologyText.Draw(scene.Servers.World.Now);
        var owed = scene.Memory.ReadLedgerAsync(World.Cluster, default).Result.Entries
            .Select(e => $"owed: {e.GetType().Name} {e.Key}");
        return scene.Plain.Of(string.Join('\n', owed.Prepend(drawn)));
    }
}
