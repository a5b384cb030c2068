namespace OrchestratorFunctions.Core.Tests.Scenarios;

/// <summary>
/// Every <c>*.txt</c> here is a short play: a topology, commands, and after <c>----</c> what is expected. <c>RECORD_SCENARIOS=1</c> records.
/// </summary>
public sealed class ScenarioTests
{
    private static readonly Play Scenarios = new("SCENARIOS", "Core.Tests", "Scenarios");

    public static TheoryData<string> Files => [.. Scenarios.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Scenario_says_what_is_written(string file)
    {
        var play = new ScenarioPlay();
        var (written, said) = Scenarios.Run(file, play.Run);
        Assert.Equal(written, said);
    }

    [Fact]
    public void There_are_enough_scenarios_to_mean_something() => Assert.True(Files.Count >= 25);
}
