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

    protected async Task Find(string name)
    {
        var mutation = Mutations.All.Single(m => m.Name == name);
        Assert.Null(MutantCompiler.WhyNot(mutation));
        using var program = new MutantProgram(mutation);
        var found = await program.Search(Seeds, TestContext.Current.CancellationToken);
        output.WriteLine(found ?? "");
        Assert.True(found is not null, $"no history of {Seeds} broke an invariant with code that {name} ({mutation.File})");
    }
}
