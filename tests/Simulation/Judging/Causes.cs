using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>How a known fault shows in the truth about a history: as narrow as it can be told, so that it hides no other.</summary>
internal static class Causes
{
    // The server that is named cannot connect to its source, which is down and was no primary: it follows another one,
    // or did until a recovery cut it loose.
    public static bool HasDeadIntermediate(World world, Violation violation) => world.Servers.Any(s =>
        s is { IsRunning: true, Replica.Source: { IsUp: false } source }
        && (source.Replica.Source is not null || world.Store.Ledger.Has<LedgerEntry.Stopped>(source.Key))
        && !world.Store.Ledger.IsFormerPrimary(source.Key)
        && violation.Sentence.StartsWith($"{s.Name} does not replicate (receiver Connecting,", StringComparison.Ordinal));
}
