namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints why a recovery was begun: <c>evidence f1</c>.
/// </summary>
internal sealed class EvidenceCommand() : Command("evidence", 1)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var recovery = scene.Recovery(line.Word(0));
        var evidence = recovery.Evidence.Select(e => $"- {e}").Prepend($"{recovery.Id} {recovery.Kind}");
        return scene.Plain.Of(string.Join('\n', evidence));
    }
}
