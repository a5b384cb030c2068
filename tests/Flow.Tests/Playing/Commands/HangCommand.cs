namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// The next step of a verb hangs until <c>go-on</c>, or all looks do: <c>hang WaitUntilApplied on=db3</c>,
/// <c>hang looks on=db2,db3</c>.
/// </summary>
internal sealed class HangCommand() : Command("hang", 1, "on")
{
    public override string? Run(Scene scene, CommandLine line)
    {
        if (line.Word(0) == "looks")
        {
            var at = line.GetOrNull("on")?.Split(',').Select(scene.Server).ToArray();
            scene.Servers.HangLooks(key => at is null || at.Contains(key));
            return null;
        }
        scene.Servers.Add(StepFault.Read(scene, line, null));
        return null;
    }
}
