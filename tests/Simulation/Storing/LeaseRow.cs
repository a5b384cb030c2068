namespace OrchestratorFunctions.Simulation.Storing;

/// <summary>Who holds a lease, as it is stored.</summary>
/// <param name="Epoch">Grows by one with every new holder and never shrinks (S2).</param>
/// <param name="Until">By the wall clock of the process that asked, as in Storage/Leases.</param>
public sealed record LeaseRow(string Holder, long Epoch, DateTimeOffset Until);
