using OrchestratorFunctions.Core.Gating;

namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// A process begins to watch and to recover. An idle one does only what it is asked for, and one with windows watches
/// while a <c>window</c> is open: <c>process p1 place=east places-needed=2 interval=1s approval=yes</c>.
/// </summary>
internal sealed class ProcessCommand() : Command("process", 2, "place", "places-needed", "interval", "approval")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var (name, way) = (line.Word(0), line.WordOrNull(1));
        if (way is not (null or "idle" or "windows"))
            throw line.Unknown(way, "a process is idle, or has windows");
        if (scene.IsProcess(name)) throw line.Unknown(name, "there is such a process");
        var watch = new WatchPolicy
        {
            Interval = line.LengthOrNull("interval") ?? TimeSpan.FromSeconds(1),
            Quorum = new VantageQuorum(line.GetOrNull("place") ?? "", line.Number("places-needed", 1)),
        };
        var policy = new RecoveryPolicy
        {
            HasReplicationAccount = true, ApproveClusters = line.GetOrNull("approval") == "yes" ? ["*"] : [],
        };
        var process = scene.Processes[name] = new PlayedProcess(scene, name, watch, policy);
        if (way is null) process.Start();
        return null;
    }
}
