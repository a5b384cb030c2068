using System.Text;

namespace OrchestratorFunctions.Core.Tests.Scenarios;

/// <summary>
/// Every <c>*.txt</c> here is a short play: a topology, commands, and after <c>----</c> what is expected, up to a blank line.
/// <c>RECORD_SCENARIOS=1</c> writes what is said now into the files; the review is the diff.
/// </summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder(), "*.txt").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Scenario_says_what_is_written(string file)
    {
        var path = Path.Combine(Folder(), file);
        var written = File.ReadAllText(path);
        var said = Played(written);
        if (Environment.GetEnvironmentVariable("RECORD_SCENARIOS") == "1") File.WriteAllText(path, said);
        else Assert.Equal(written, said);
    }

    [Fact]
    public void There_are_enough_scenarios_to_mean_something() => Assert.True(Files.Count >= 25);

    private static string Played(string written)
    {
        var said = new StringBuilder();
        var play = new ScenarioPlay();
        foreach (var paragraph in written.Trim('\n').Split("\n\n"))
        {
            if (said.Length > 0) said.Append('\n');
            var lines = paragraph.Split('\n');
            var bar = Array.IndexOf(lines, "----");
            var asked = bar < 0 ? lines : lines[..bar];
            foreach (var line in asked) said.Append(line).Append('\n');
            var answer = play.Run([.. asked.Where(l => !l.StartsWith('#') && l.Trim().Length > 0)]);
            if (answer is not null) said.Append("----\n").Append(answer.TrimEnd('\n')).Append('\n');
        }
        return said.ToString();
    }

    private static string Folder()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "global.json"))) at = at.Parent;
        return Path.Combine(at?.FullName ?? throw new DirectoryNotFoundException("no global.json above the tests"), "tests", "Core.Tests", "Scenarios");
    }
}
