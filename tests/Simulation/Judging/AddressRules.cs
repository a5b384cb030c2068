using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Processes;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>
/// S22: a statement takes effect at the server that it was decided for, and a debt is paid there, whatever answers at
/// its address by now.
/// </summary>
internal sealed class AddressRules(World world, Judge judge)
{
    // In truth, by what the ledger said when it was written: replaced as the primary, cut from it, or told to refuse
    // writes (another one that people put in its place is the primary then).
    private readonly HashSet<ModelServer> withdrawn = [];

    public void Owes(IEnumerable<LedgerEntry> entries)
    {
        if (world.Shape.AddressFault == AddressFault.None) return;
        foreach (var entry in entries.Where(e => e is LedgerEntry.FormerPrimary or LedgerEntry.Stopped or LedgerEntry.Closed)) withdrawn.Add(world.ServerOf(entry.Key));
    }

    public void Begins(RunningRecovery run, PlanStep step, string meant, ModelServer server)
    {
        if (!world.Addresses.HaveChanged) return;
        if (meant.Length > 0 && meant != Sighting.IdentityOf(server))
            judge.Report("S22", $"'{step.Says}' takes effect at {server.Name}, and was decided for the server {meant}");
        if (run.Recovery.Kind.OnlyCloses && !withdrawn.Contains(server))
            judge.Report("S22", $"'{step.Says}' closes {server.Name}, which no recovery replaced, cut loose or told to refuse writes");
    }
}
