using System.CommandLine;
using System.Text.Json;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Local.Importing;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>
/// Says what a configuration file of orchestrator's becomes, and writes it. It needs no settings of its own and opens
/// no storage.
/// </summary>
internal static class ImportCommand
{
    public static Command New(CommonOptions common)
    {
        var file = new Argument<string>("file") { Description = "orchestrator's configuration file" };
        var output = new Option<string?>("--out") { Description = "write our settings to this file, without secrets" };
        var force = new Option<bool>("--force") { Description = "write over a file that is there" };
        var command = new Command(
            "import-config", "Say what a configuration file of orchestrator's becomes here; writes it with --out")
        {
            file, output, force,
        };
        command.SetAction(parsed =>
        {
            var answers = new Answers(parsed.InvocationConfiguration, parsed.GetValue(common.Json));
            return Run(parsed.GetValue(file)!, parsed.GetValue(output), parsed.GetValue(force), answers);
        });
        return command;
    }

    private static int Run(string file, string? output, bool isForced, Answers answers)
    {
        var (entries, problem) = OldConfigReader.ReadFile(file);
        if (problem is not null) return answers.Fail(problem, Exit.BadInput);
        if (output is not null && Path.GetFullPath(output) == Path.GetFullPath(file))
            return answers.Fail($"--out '{output}': is the file that is read; name another one", Exit.BadInput);
        var import = ConfigImport.Of(new OldConfig(entries, CredentialsFile.ReadFile));
        var text = SettingsFile.Text(import.Settings);
        if (output is not null && SettingsFile.Write(output, text, isForced) is { Problem: { } wrong } write)
            return answers.Fail(wrong, write.IsThere ? Exit.Refused : Exit.BadInput);
        answers.Print(() => Told(file, import, text, output), () => Answer(import, output));
        return import.IsUnderstood ? Exit.Done : Exit.Refused;
    }

    private static string Told(string file, ConfigImport import, string text, string? output) =>
        $"{ImportText.Of(import)}{file}: {ImportText.Count(import)}\n" + (output is null
            ? $"\nSettings, which --out FILE writes\n{text}"
            : $"Written to {output}; secrets are not in it. Try it: --config {output}");

    private static object Answer(ConfigImport import, string? output) => new
    {
        keys = import.Keys,
        lines = import.Lines.Select(l => new
        {
            key = l.Key, group = l.Group, says = l.Says,
            settings = l.Settings.ToDictionary(s => s.Name, s => s.Value), variables = l.Variables,
        }),
        settings = SettingsFile.Of(import.Settings),
        variables = import.Variables,
        written = output,
    };

    private sealed record Answers(InvocationConfiguration To, bool IsJson)
    {
        public void Print(Func<string> text, Func<object> json) =>
            To.Output.WriteLine(IsJson ? JsonSerializer.Serialize(json(), CoreJson.Indented) : text().TrimEnd('\n'));

        public int Fail(string sentence, int code)
        {
            if (IsJson) Print(() => "", () => new { problem = sentence });
            To.Error.WriteLine($"import-config: {sentence}");
            return code;
        }
    }
}
