namespace OrchestratorFunctions.Simulation.Tests;

public class OddMutationTests(ITestOutputHelper output) : MutationTests(output)
{
    [Theory]
    [MemberData(nameof(NamesOf), 1)]
    public Task A_mutation_is_found(string name) => Find(name);
}
