using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Infra.Tests;

public partial class DocumentTests
{
    private static readonly string Readme = Bicep.Read("infra/README.md");

    [Fact]
    public void Every_parameter_and_output_says_what_it_is() =>
        Assert.All(Template.All.SelectMany(t => t.Parameters.Concat(t.Outputs).Select(p => (t.File, p.Key, Says: p.Value!["metadata"]?["description"]?.ToString()))),
            p => Assert.False(string.IsNullOrWhiteSpace(p.Says), $"{p.File}: {p.Key}"));

    [Fact]
    public void Every_parameter_stands_in_the_table_with_its_default() =>
        Assert.Equal(Template.Main.Parameters.Select(p => $"{p.Key}: {Default(p.Value!["defaultValue"])}").Order(StringComparer.Ordinal),
            Row().Matches(Section("Parameters")).Select(m => $"{m.Groups[1].Value}: {m.Groups[2].Value.Trim().Trim('`')}").Order(StringComparer.Ordinal));

    [Fact]
    public void The_drawing_shows_what_the_template_creates_and_nothing_else()
    {
        var drawn = Part().Matches(Section("What creates what")).ToDictionary(m => m.Groups[1].Value, m => TypeName().Matches(m.Groups[2].Value).Select(t => t.Value).Order(StringComparer.Ordinal));
        var created = Template.All.Skip(1).GroupBy(t => t.File["infra/".Length..]).ToDictionary(g => g.Key, g => g.SelectMany(t => t.Resources).Select(r => r.Type).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(Template.Main.Resources);
        Assert.Equal(created.Keys.Order(StringComparer.Ordinal), drawn.Keys.Order(StringComparer.Ordinal));
        Assert.All(created, c => Assert.Equal(c.Value, drawn[c.Key]));
        Assert.Equal(Directory.EnumerateFiles(Bicep.PathOf("infra/modules"), "*.bicep").Select(f => $"modules/{Path.GetFileName(f)}").Order(StringComparer.Ordinal), created.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Everything_the_template_can_create_is_in_the_snapshot_of_everything() =>
        Assert.Equal(Template.All.SelectMany(t => t.Resources).Select(r => r.Type).Distinct().Order(StringComparer.Ordinal),
            Snapshot.Every.Resources.Select(r => r["type"]!.ToString()).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_environment_variables_of_the_parameter_files_are_explained() =>
        Assert.All(Bicep.Variables, v => Assert.Contains($"`{v}`", Readme, StringComparison.Ordinal));

    private static string Default(System.Text.Json.Nodes.JsonNode? value) => value?.ToString() switch
    {
        null => "needed",
        "" or "[]" or "{}" => "",
        "[resourceGroup().location]" => "that of the group",
        var text => text,
    };

    private static string Section(string heading) => Readme.Split("\n## ").Single(s => s.StartsWith(heading + "\n", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| `(\w+)` \|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"subgraph \w+ \[(modules/\w+\.bicep)\]\n(.*?)\n *end", RegexOptions.Singleline)]
    private static partial Regex Part();

    [GeneratedRegex(@"Microsoft\.\w+(?:/\w+)+")]
    private static partial Regex TypeName();
}
