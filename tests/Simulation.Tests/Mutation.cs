namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>One text of one source file replaced by another: a fault somebody could make.</summary>
/// <param name="Name">What the code no longer does.</param>
/// <param name="File">Path below the root.</param>
/// <param name="Old">Stands in the file exactly once.</param>
/// <param name="From">Where the search begins: a little before the first seed that is known to find it.</param>
/// <param name="Mode">In which mode it is found: safety or liveness.</param>
/// <param name="Flavour">Whose servers the histories have.</param>
/// <param name="Moves">Some server changes its address in every history of the search.</param>
public sealed record Mutation(
    string Name, string File, string Old, string New, string Mode = "safety", ulong From = 1, string Flavour = "mysql", bool Moves = false)
{
    public override string ToString() => Name;
}
