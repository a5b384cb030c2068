using System.Text;
using OrchestratorFunctions.Local.Importing;

namespace OrchestratorFunctions.Local.Tests.Importing;

public sealed class OldConfigReaderTests
{
    [Fact]
    public void Comments_commas_at_the_end_and_a_byte_order_mark_are_no_problem()
    {
        var (entries, problem) = Read(
            "\uFEFF{ // one\n /* two */ \"Debug\": true,\n \"DiscoverySeeds\": [\"a:1\",], }\n");
        Assert.Null(problem);
        Assert.Equal([("Debug", 2, 1), ("DiscoverySeeds", 3, 1)], entries.Select(e => (e.Key, e.Line, e.Times)));
    }

    [Fact]
    public void Of_keys_that_stand_there_several_times_the_last_one_counts()
    {
        var (entries, _) = Read("{ \"Debug\": 1,\n \"debug\": 2,\n \"DEBUG\": 3 }");
        var entry = Assert.Single(entries);
        Assert.Equal(("DEBUG", 3, 3, 3), (entry.Key, entry.Line, entry.Times, entry.Value.GetInt32()));
    }

    [Theory]
    [InlineData("", "is empty; expected a JSON object")]
    [InlineData("\uFEFF \n", "is empty; expected a JSON object")]
    [InlineData("// nothing but this", "line 1, column 20: is no JSON from here on: the file ends too early")]
    [InlineData("[1]", "line 1, column 1: expected a JSON object, { … }")]
    [InlineData("{\n \"Debug\": true", "line 2, column 15: is no JSON from here on: the file ends too early")]
    [InlineData("{ \"Debug\": true } x", "line 1, column 19: is no JSON from here on; look for")]
    [InlineData("{ \"ä\": 1\n \"Debug\": true }", "line 2, column 2: is no JSON from here on; look for")]
    [InlineData("{ \"ää\" 1 }", "line 1, column 8: is no JSON from here on; look for")]
    [InlineData("{ \"Port\": ${PORT} }", "line 1, column 11: is no JSON from here on: a placeholder of a template")]
    [InlineData("{ \"a\": [\"\\ud800\"] }", "line 1, column 9: this text holds half of a character")]
    [InlineData("{\n \"\\udc00\": 1 }", "line 2, column 2: this text holds half of a character")]
    [InlineData("{{ if .x }}", "line 1, column 2: is no JSON from here on")]
    public void What_is_no_json_is_told_with_its_place(string text, string problem) =>
        Assert.StartsWith(problem, Read(text).Problem, StringComparison.Ordinal);

    [Fact]
    public void What_is_not_utf8_is_told_with_its_place() =>
        Assert.Equal(
            "line 2, column 4: is not UTF-8; store the file in that encoding",
            OldConfigReader.Read([.. "{\n  "u8, (byte)'"', 0xFF, (byte)'"', (byte)'}']).Problem);

    [Fact]
    public void Nothing_of_the_file_is_repeated() =>
        Assert.DoesNotContain(
            "ops3cret", Read("{ \"MySQLTopologyPassword\": Tops3cret }").Problem!, StringComparison.Ordinal);

    [Fact]
    public void A_file_with_more_keys_than_any_configuration_is_another_one()
    {
        var keys = string.Join(',', Enumerable.Range(0, OldConfigReader.KeysMost + 1).Select(i => $"\"k{i}\":1"));
        Assert.Equal("line 1: more than 2000 keys; expected a configuration file", Read($"{{{keys}}}").Problem);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            Assert.Equal($"'{folder}': is a directory; expected a file", OldConfigReader.ReadFile($"{folder}").Problem);
            var path = Path.Combine(folder.FullName, "x.json");
            Assert.Equal($"'{path}': there is no such file", OldConfigReader.ReadFile(path).Problem);
            File.WriteAllBytes(path, new byte[OldConfigReader.BytesMost + 1]);
            Assert.StartsWith($"'{path}': is longer than 1048576 bytes", OldConfigReader.ReadFile(path).Problem);
            File.WriteAllText(path, "{");
            Assert.StartsWith($"'{path}': line 1, column 2: is no JSON", OldConfigReader.ReadFile(path).Problem);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (System.Collections.Immutable.ImmutableArray<OldEntry> Entries, string? Problem) Read(string text) =>
        OldConfigReader.Read(Encoding.UTF8.GetBytes(text));
}
