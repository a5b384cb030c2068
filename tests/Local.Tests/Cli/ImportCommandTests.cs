using System.CommandLine;
using System.Text.Json;
using OrchestratorFunctions.Local.Cli;
using OrchestratorFunctions.Local.Tests.Importing;

namespace OrchestratorFunctions.Local.Tests.Cli;

public sealed class ImportCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    private string Output => Path.Combine(folder.FullName, "settings.json");

    private static string Shop => SettingsFileTests.SampleOf("shop.conf.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_file_is_told_and_written_and_the_settings_are_printed_where_no_file_is_named()
    {
        var told = Run(Shop);
        Assert.Equal((Exit.Done, ""), (told.Code, told.Error));
        Assert.Contains("\nSettings, which --out FILE writes\n{", told.Output, StringComparison.Ordinal);
        var written = Run(Shop, "--out", Output);
        Assert.Equal(Exit.Done, written.Code);
        Assert.EndsWith(File.ReadAllText(Output).TrimEnd(), told.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains($"Written to {Output}", written.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop.conf.json", Exit.Done)]
    [InlineData("placeholders.conf.json", Exit.Done)]
    [InlineData("fork.conf.json", Exit.Done)]
    [InlineData("broken-values.conf.json", Exit.Refused)]
    public void The_exit_code_says_whether_everything_was_understood_and_no_secret_is_shown(string sample, int code)
    {
        foreach (var more in (string[][])[[], ["--json"], ["--out", Output, "--force"]])
        {
            var run = Run([SettingsFileTests.SampleOf(sample), .. more]);
            Assert.Equal((code, ""), (run.Code, run.Error));
            Assert.DoesNotContain("Tops3cret", run.Output, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("Tops3cret", File.ReadAllText(Output), StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_read_the_same_as_json()
    {
        using var answer = JsonDocument.Parse(Run(Shop, "--json").Output);
        var root = answer.RootElement;
        Assert.Equal(24, root.GetProperty("keys").GetInt32());
        Assert.Equal("00:00:02", root.GetProperty("settings").GetProperty("Watch").GetProperty("Interval").GetString());
        Assert.Equal("ORCHESTRATOR_MySql__Password", root.GetProperty("variables")[0].GetString());
        var seeds = root.GetProperty("lines").EnumerateArray()
            .Single(l => l.GetProperty("key").ValueEquals("DiscoverySeeds"));
        Assert.Equal("Maps", seeds.GetProperty("group").GetString());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_bad_input_and_nothing_is_written()
    {
        var broken = Path.Combine(folder.FullName, "broken.json");
        File.WriteAllText(broken, "{ \"MySQLTopologyPassword\": \"Tops3cret");
        var run = Run(broken, "--out", Output);
        Assert.Equal((Exit.BadInput, ""), (run.Code, run.Output));
        Assert.StartsWith($"import-config: '{broken}': line 1, column", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Tops3cret", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
        Assert.Contains("\"problem\":", Run(broken, "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_there_is_kept_and_never_is_the_one_that_is_read_written_over()
    {
        File.WriteAllText(Output, "mine");
        Assert.Equal(Exit.Refused, Run(Shop, "--out", Output).Code);
        Assert.Equal("mine", File.ReadAllText(Output));
        File.Copy(Shop, Output, overwrite: true);
        Assert.Equal(Exit.BadInput, Run(Output, "--out", Output, "--force").Code);
        Assert.Equal(File.ReadAllText(Shop), File.ReadAllText(Output));
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLine.Build().Parse(["import-config", .. arguments])
            .Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
