namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints how a recovery ended: <c>outcome f1</c>.
/// </summary>
internal sealed class OutcomeCommand() : Command("outcome", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var recovery = scene.Recovery(line.Word(0));
        var says = recovery.Outcome is { } outcome ? $"{outcome.GetType().Name}: {outcome.Says}" : "not ended";
        return scene.Plain.Of($"{recovery.Id} {says}");
    }
}
