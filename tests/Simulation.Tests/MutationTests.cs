using System.Reflection;
using OrchestratorFunctions.Simulation.Histories;

namespace OrchestratorFunctions.Simulation.Tests;

public class MutationTests(ITestOutputHelper output)
{
    private static readonly ulong Seeds =
        ulong.TryParse(Environment.GetEnvironmentVariable("SIMULATION_MUTANT_SEEDS"), out var seeds) ? seeds : 10_000;

    public static TheoryData<string> Names => [.. Mutations.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutation_is_found(string name)
    {
        var mutation = Mutations.All.Single(m => m.Name == name);
        Assert.Null(MutantCompiler.WhyNot(mutation));
        var found = MutantCompiler.With(mutation, assembly => First(assembly, mutation.Mode));
        output.WriteLine(found);
        Assert.True(found.Length > 0, $"no history of {Seeds} broke an invariant with code that {name} ({mutation.File})");
    }

    private static string First(Assembly assembly, string mode)
    {
        var search = assembly.GetType(typeof(Search).FullName!)!.GetMethod(nameof(Search.First))!;
        return (string)search.Invoke(null, [1UL, Seeds, mode])!;
    }
}
