namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints what a plan would come to, and changes nothing: <c>plan p1 DeadPrimary</c>.
/// </summary>
internal sealed class PlanCommand() : Command("plan", 2)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var kind = line.Kind(1);
        var (plan, _) = scene.Process(line.Word(0)).Flows.Command.PlanAsync(World.Cluster, kind, null, default).Result;
        return scene.Plain.Of($"{plan!.Outcome!.GetType().Name}: {plan.Outcome.Says}");
    }
}
