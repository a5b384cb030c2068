using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Rehearsing;

public sealed class FaultTests
{
    [Fact]
    public void Every_verb_a_fault_can_name_is_a_step()
    {
        var verbs = typeof(ServerStep).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ServerStep))).Select(t => t.Name).ToHashSet();
        var drawn = Enumerable.Range(0, 300).SelectMany(seed => Simulation.RandomFaults.Draw(new Random(seed), 4))
            .Select(f => f is Fault.StepFails s ? s.Verb : f is Fault.StepTimesOut t ? t.Verb : null).OfType<string>().ToHashSet();
        Assert.Equal(verbs.Order(StringComparer.Ordinal), drawn.Concat(Simulation.RandomFaults.OfChanges).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_fault_reads_as_it_is_written() => Assert.Equal(
        [new Fault.ServerDies(WrittenTopology.Key("db2"), 3), new Fault.StepFails(WrittenTopology.Key("db1"), "Fence"), new Fault.StepTimesOut(WrittenTopology.Key("db1"), "SetWritable", true, 4)],
        WrittenFault.ReadAll("x with db2 dies at 3; db1 Fence fails; db1 SetWritable times out at 4 but happens"));
}
