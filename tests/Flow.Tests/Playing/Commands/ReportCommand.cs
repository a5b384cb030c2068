using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Another place says what it finds dead, once: <c>report west dead=db1</c>.
/// </summary>
internal sealed class ReportCommand() : Command("report", 1, "dead")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var report = new VantageReport(line.Word(0), scene.Turns.Now, [scene.Server(line.Get("dead"))]);
        scene.Memory.ReportAsync(Shard.Whole.Name, report, default);
        return null;
    }
}
