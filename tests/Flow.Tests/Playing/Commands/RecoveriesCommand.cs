namespace OrchestratorFunctions.Flow.Tests.Playing.Commands;

/// <summary>
/// Prints all that is recorded of recoveries, the newest first: <c>recoveries</c>.
/// </summary>
internal sealed class RecoveriesCommand() : Command("recoveries", 0)
{
    public override string? Run(Scene scene, CommandLine line)
    {
        var recorded = scene.Memory.ReadRecentAsync(World.Cluster, 50, default).Result.Select(r => Of(r.Recovery));
        return string.Join('\n', recorded) is { Length: > 0 } printed ? scene.Plain.Of(printed) : "no recovery";

        static string Of(Recovery r) => $"{r.Id} {About(r)} of {r.Subject}: {r.Outcome?.GetType().Name ?? "not ended"}";

        static string About(Recovery r) => r.Code is { } code ? $"{code}" : r.Kind.Name;
    }
}
