namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints the audit log: <c>audit</c>.
/// </summary>
internal sealed class AuditCommand() : Command("audit", 0)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var entries = scene.Memory.Entries.Select(e => $"{e.Actor}: {e.Act} of {e.Instance}").ToArray();
        return entries.Length == 0 ? "no audit entry" : scene.Plain.Of(string.Join('\n', entries));
    }
}
