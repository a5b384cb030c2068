using System.Globalization;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>
/// One line as it is written: a command, words and arguments. A value with blanks stands in quotes:
/// <c>run until="is suspected" most=60s</c>. What a command does not know is an error that names the line and the word.
/// </summary>
internal sealed partial class CommandLine
{
    private readonly string line;
    private readonly List<string> words = [];
    private readonly Dictionary<string, string> arguments = [];

    private CommandLine(string line) => this.line = line;

    public static (Command Command, CommandLine Line) Read(string line, IReadOnlyDictionary<string, Command> commands)
    {
        var read = new CommandLine(line);
        var parts = Part().Matches(line).Select(m => m.Value).ToArray();
        var name = parts.FirstOrDefault() ?? "";
        if (!commands.TryGetValue(name, out var command)) throw read.Unknown(name, "no command has this name");
        foreach (var part in parts.Skip(1)) read.Take(part, command);
        return (command, read);
    }

    /// <summary>A word that must be there.</summary>
    public string Word(int at) => at < words.Count ? words[at] : throw Wrong($"word {at + 1} is missing");

    public string? WordOrNull(int at) => words.ElementAtOrDefault(at);

    /// <summary>An argument that must be there.</summary>
    public string Get(string name) => arguments.GetValueOrDefault(name) ?? throw Wrong($"{name}= is missing");

    public string? GetOrNull(string name) => arguments.GetValueOrDefault(name);

    public TimeSpan Length(string name) => Duration(Get(name));

    public TimeSpan? LengthOrNull(string name) => GetOrNull(name) is { } written ? Duration(written) : null;

    public int Number(string name, int otherwise) => GetOrNull(name) is not { } written ? otherwise
        : int.TryParse(written, CultureInfo.InvariantCulture, out var number) ? number
        : throw Unknown(written, "it is no number");

    public InstanceKey? KeyOrNull(string name, Scene scene) => GetOrNull(name) is { } key ? scene.Server(key) : null;

    public TimeSpan Duration(string written)
    {
        var parts = Time().Match(written);
        if (!parts.Success) throw Unknown(written, "a time is written as 150ms, 60s, 5m or 2h");
        var number = double.Parse(parts.Groups[1].Value, CultureInfo.InvariantCulture);
        return parts.Groups[2].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromHours(number),
        };
    }

    /// <summary>The error for a word of this line.</summary>
    public FormatException Unknown(string word, string because) => Wrong($"word '{word}': {because}");

    /// <summary>The kind of plan that a word names.</summary>
    public PlanKind Kind(int at) =>
        PlanKinds.All.FirstOrDefault(k => k.Name == Word(at)) ?? throw Unknown(Word(at), "no plan has this name");

    private void Take(string part, Command command)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        if (at > 0 && command.Arguments.Contains(part[..at])) arguments[part[..at]] = part[(at + 1)..].Trim('"');
        else if (at > 0) throw Unknown(part, $"{command.Name} takes {Listed(command.Arguments)}");
        else if (words.Count < command.Words) words.Add(part);
        else throw Unknown(part, $"{command.Name} takes {command.Words} more words");
    }

    private static string Listed(IReadOnlyList<string> names) =>
        names.Count == 0 ? "no arguments" : string.Join(", ", names.Select(n => n + "="));

    private FormatException Wrong(string says) => new($"line '{line}': {says}");

    [GeneratedRegex("[^\\s\"=]+=\"[^\"]*\"|\\S+")]
    private static partial Regex Part();

    [GeneratedRegex("^([0-9.]+)(ms|s|m|h)$")]
    private static partial Regex Time();
}
