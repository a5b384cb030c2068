using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints what is stored of the servers, and the mark by which others see that it changed: <c>stored</c>.
/// </summary>
internal sealed class StoredCommand() : Command("stored", 0)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var members = scene.Memory.ReadAllAsync(default).Result.Single().Members.Select(Of);
        return scene.Plain.Of(string.Join('\n', members.Prepend($"mark {scene.Memory.ReadMarkAsync(default).Result}")));

        static string Of(StoredMember m)
        {
            var failure = m.LastFailure.Length == 0 ? "no failure" : m.LastFailure;
            return $"{m.Key} {(m.LastSeen!.ReadOnly ? "ro" : "rw")} {failure}";
        }
    }
}
