using System.Reflection;
using OrchestratorFunctions.Simulation.Histories;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>Two classes, so that two processors take part.</summary>
public abstract class MutationTests(ITestOutputHelper output)
{
    private static readonly ulong Seeds =
        ulong.TryParse(Environment.GetEnvironmentVariable("SIMULATION_MUTANT_SEEDS"), out var seeds) ? seeds : 10_000;

    // Those whose names contain it; all of them without it.
    private static readonly string Wanted = Environment.GetEnvironmentVariable("SIMULATION_MUTANTS") ?? "";

    public static TheoryData<string> NamesOf(int part) =>
        [.. Mutations.All.Select(m => m.Name).Where(n => n.Contains(Wanted, StringComparison.Ordinal)).Where((_, i) => i % 2 == part)];

    protected void Find(string name)
    {
        var mutation = Mutations.All.Single(m => m.Name == name);
        Assert.Null(MutantCompiler.WhyNot(mutation));
        var found = MutantCompiler.With(mutation, assembly => First(assembly, mutation));
        output.WriteLine(found);
        Assert.True(found.Length > 0, $"no history of {Seeds} broke an invariant with code that {name} ({mutation.File})");
    }

    private static string First(Assembly assembly, Mutation mutation)
    {
        var search = assembly.GetType(typeof(Search).FullName!)!.GetMethod(nameof(Search.First))!;
        return (string)search.Invoke(null, [mutation.From, Seeds, mutation.Mode, mutation.Flavour, mutation.Moves])!;
    }
}
