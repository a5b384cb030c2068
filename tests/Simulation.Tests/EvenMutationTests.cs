namespace OrchestratorFunctions.Simulation.Tests;

public class EvenMutationTests(ITestOutputHelper output) : MutationTests(output)
{
    [Theory]
    [MemberData(nameof(NamesOf), 0)]
    public Task A_mutation_is_found(string name) => Find(name);
}
