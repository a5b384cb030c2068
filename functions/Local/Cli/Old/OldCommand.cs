using System.Text.Json;

namespace OrchestratorFunctions.Local.Cli.Old;

/// <summary>One of orchestrator's commands: a row of <see cref="OldCommands"/>.</summary>
/// <param name="Path">
/// What is asked for below <c>/api</c>. <c>{i}</c> and <c>{d}</c> are the server and its destination as host/port,
/// <c>{all}</c> the servers together, <c>{hint}</c> the alias or the server, <c>{server}</c> the server as it was
/// written, and any other word in braces an option by its name.
/// </param>
/// <param name="Print">The lines of an answer.</param>
internal sealed record OldCommand(string Name, string Path, Func<JsonElement, IEnumerable<string>> Print)
{
    /// <summary>What it is run for: each server by itself, unless it takes them together.</summary>
    public IEnumerable<string> RunsFor(OldArguments given) =>
        Braced(Path).Contains("all") ? [given["instance"]] : given.Instances;

    /// <summary>The path for one server; null after what is missing.</summary>
    public (string? Path, string Missing) PathFor(OldArguments given, string instance)
    {
        var path = Path;
        foreach (var word in Braced(Path))
        {
            var optional = word.EndsWith('?');
            var text = TextOf(word.TrimEnd('?'), given, instance);
            if (text.Length == 0 && !optional) return (null, $"{Name}: expected {MeaningOf(word)}");
            path = path.Replace($"{{{word}}}", text, StringComparison.Ordinal);
        }
        return (path.TrimEnd('/'), "");
    }

    private static string TextOf(string word, OldArguments given, string instance) => word switch
    {
        "i" => instance.Length > 0 ? given.InPath(instance) : "",
        "d" => given["destination"] is { Length: > 0 } to ? given.InPath(to) : "",
        "hint" => Uri.EscapeDataString(given["alias"].Length > 0 ? given["alias"] : instance),
        "server" => Uri.EscapeDataString(instance),
        "all" => Uri.EscapeDataString(given["instance"]),
        "path" => given["path"].TrimStart('/'),
        "text" => Uri.EscapeDataString(instance.Length > 0 ? instance : given["pattern"]),
        "duration" => given["duration"] is { Length: > 0 } length ? length : "10m",
        "rule" => given["rule"] is { Length: > 0 } rule ? rule : "prefer",
        _ => Uri.EscapeDataString(given[word]),
    };

    private static string MeaningOf(string word) => word.TrimEnd('?') switch
    {
        "i" or "server" => "a server (-i HOST:PORT)",
        "d" => "a destination (-d HOST:PORT)",
        "hint" => "a cluster (-a ALIAS, or -i HOST:PORT of a server)",
        "all" => "servers (-i HOST:PORT,HOST:PORT)",
        "text" => "what to look for (-i or -pattern)",
        var name => $"-{name}",
    };

    private static IEnumerable<string> Braced(string path) =>
        path.Split('{').Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)]);
}
