using System.Text.RegularExpressions;
using OrchestratorFunctions.Local.Importing;
using OrchestratorFunctions.Local.Settings;

namespace OrchestratorFunctions.Local.Tests.Importing;

public sealed partial class KeyTableTests
{
    private static string[] Listed => [.. File
        .ReadAllLines(Path.Combine(Play.Root(), "tests", "Local.Tests", "Importing", "keys.txt"))
        .Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#')];

    [Fact]
    public void Every_key_that_orchestrator_reads_has_one_row_and_no_other_key_has() =>
        Assert.Equal(
            Listed.Order(StringComparer.Ordinal), KeyTable.All.Select(k => k.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_setting_that_a_row_may_end_in_exists_and_is_documented()
    {
        var documented = File.ReadAllText(Path.Combine(Play.Root(), "docs", "configuration.md"));
        string[] named = [.. KeyTable.All.SelectMany(k => k.Settings).Distinct()];
        Assert.NotEmpty(named);
        Assert.All(named, s => Assert.Contains($"`{s}`", documented, StringComparison.Ordinal));
        var problems = LocalSettings.ProblemsWith(named.Select(s => KeyValuePair.Create(s, (string?)"")));
        Assert.DoesNotContain(problems, p => p.Contains("there is no such", StringComparison.Ordinal));
    }

    [Fact]
    public void What_sounds_like_a_secret_is_kept_as_one() =>
        Assert.Equal(
            Listed.Where(k => Secret().IsMatch(k)).Order(StringComparer.Ordinal),
            KeyTable.All.Where(k => k.IsSecret).Select(k => k.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("mysqltopologyuser", "MySQLTopologyUser")]
    [InlineData("NoSuchKey", null)]
    public void Keys_are_found_whatever_their_case_is(string key, string? name) =>
        Assert.Equal(name, KeyTable.Find(key)?.Name);

    [GeneratedRegex("(Password|Secret|AclToken)$")]
    private static partial Regex Secret();
}
