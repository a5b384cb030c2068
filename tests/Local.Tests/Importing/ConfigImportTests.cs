using System.Text;
using OrchestratorFunctions.Local.Importing;
using OrchestratorFunctions.Local.Settings;

namespace OrchestratorFunctions.Local.Tests.Importing;

public sealed class ConfigImportTests
{
    private const string Secret = "Tops3cret";

    private static readonly Play Plays = new("IMPORTS", "Local.Tests", "Importing", "Plays");

    /// <summary>Of every kind, and of some that people write by mistake.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "7", "3306", "-1", "1.5", "1e30", "99999999999999999999", "\"\"", "\" \"",
        "\"some text\"", "\"${NAME}\"", "\"5\"", "\";\"", "\"a:b:c\"", "[]", "[\"db1\"]", "[\"\"]", "[\"a,b\", \"[\"]",
        "[1]", "[null]", "[[]]", "{}", "{\"a\": \"b\"}", "{\"a\": {\"b\": []}}", "\"\\u0000\\u001b\"",
    ];

    public static TheoryData<string> Files => [.. Plays.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_becomes_of_keys_is_as_written(string file)
    {
        var (written, said) = Plays.Run(file, Tell);
        Assert.Equal(written, said);
    }

    [Fact]
    public void Whatever_stands_at_a_key_something_is_told_and_what_is_written_is_accepted()
    {
        foreach (var key in KeyTable.All)
            foreach (var value in Values)
            {
                var import = Import($"\"{key.Name}\": {value}, \"RecoverMasterClusterFilters\": [\"*\"]");
                Assert.Contains(import.Lines, l => l.Key == key.Name);
                Assert.Empty(Refused(import));
            }
    }

    [Fact]
    public void Everything_at_once_is_accepted_too()
    {
        foreach (var value in Values)
            Assert.Empty(Refused(Import(string.Join(", ", KeyTable.All.Select(k => $"\"{k.Name}\": {value}")))));
    }

    [Fact]
    public void Secrets_are_neither_told_nor_written()
    {
        foreach (var method in (string[])["", "basic", "multi", "proxy"])
            foreach (var value in (string[])[$"\"{Secret}\"", $"[\"{Secret}\"]", $"{{\"x\": \"{Secret}\"}}"])
            {
                var all = KeyTable.All.Where(k => k.IsSecret).Select(k => $"\"{k.Name}\": {value}");
                var import = Import($"\"AuthenticationMethod\": \"{method}\", {string.Join(", ", all)}");
                var told = ImportText.Of(import) + SettingsFile.Text(import.Settings);
                Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
            }
    }

    [Fact]
    public void Commands_of_hooks_and_values_of_unknown_keys_are_not_told_because_they_may_hold_secrets()
    {
        var import = Import($"\"PreFailoverProcesses\": [\"run {Secret}\"], \"Unknown\": \"{Secret}\"");
        Assert.DoesNotContain(Secret, ImportText.Of(import), StringComparison.Ordinal);
    }

    // The accounts and passwords that a person sets are no matter of the file.
    private static IEnumerable<string> Refused(ConfigImport import) => LocalSettings
        .ProblemsWith([
            .. import.Settings.Where(s => s.Name != "MySql:User")
                .Select(s => KeyValuePair.Create(s.Name, (string?)s.Text)),
            KeyValuePair.Create("MySql:User", (string?)"orchestrator"),
        ])
        .Where(p => !p.StartsWith("Api:User is empty", StringComparison.Ordinal)
            && !p.StartsWith("Api:Password is empty", StringComparison.Ordinal));

    private static string Tell(string[] members)
    {
        var import = Import(string.Join('\n', members));
        var keys = import.Lines.Where(l => members.Any(m => m.Contains($"\"{l.Key}\"", StringComparison.Ordinal)));
        return ImportText.Of(import with { Lines = [.. keys] }).Replace("\n\n", "\n", StringComparison.Ordinal);
    }

    private static ConfigImport Import(string members)
    {
        var (entries, problem) = OldConfigReader.Read(Encoding.UTF8.GetBytes($"{{{members}}}"));
        Assert.Null(problem);
        return ConfigImport.Of(new OldConfig(entries, path => path == "/etc/orc.cnf"
            ? (CredentialsFile.Of(path, $"[client]\nuser=fromfile\npassword={Secret}\n"), "")
            : (null, "there is no such file")));
    }
}
