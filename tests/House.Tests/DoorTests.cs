namespace OrchestratorFunctions.House.Tests;

public class DoorTests
{
    private const int LinesMost = 600;

    /// <summary>What decides: a door calls flows and never asks for one of these.</summary>
    private static readonly string[] Rules = ["OrchestratorFunctions.Core.Analyzing", "OrchestratorFunctions.Core.Gating", "OrchestratorFunctions.Core.Rehearsing", "Planner", "Analyzer", "RecoveryGate", "Rehearsal"];

    [Fact]
    public void The_Azure_door_is_thin()
    {
        var lines = App.Sum(f => f.Lines.Count(l => l.Trim() is { Length: > 0 } line && !line.StartsWith("//", StringComparison.Ordinal)));
        Assert.InRange(lines, 1, LinesMost);
    }

    [Fact]
    public void The_Azure_door_holds_no_rule() =>
        App.SelectMany(f => Names.In(f).Where(n => Rules.Any(r => n.Name == r || n.Name.StartsWith(r + ".", StringComparison.Ordinal))).Select(n => $"{n.At} {n.Name}"))
            .MustBeNone("App calls flows; what decides is Core's");

    private static IEnumerable<TreeFile> App => Tree.Under(".cs", "functions/App/");
}
