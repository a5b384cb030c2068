using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Local.Cli.Old;

/// <summary>
/// A command line in orchestrator's words: <c>-c topology -i host:port</c>. Long words have one dash or two, and a
/// value follows its word or an equals sign.
/// </summary>
/// <param name="Command">What is asked for; the older words of commands are those of today by then.</param>
/// <param name="Ours">What our own command lines take too: <c>--config</c>, <c>--set</c>.</param>
internal sealed record OldArguments(
    string Command, ImmutableDictionary<string, string> Values, ImmutableArray<string> Ours)
{
    /// <summary>Every word with the one that is meant by it; the binary's and the client's.</summary>
    private static readonly ImmutableDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["c"] = "command", ["command"] = "command", ["i"] = "instance", ["instance"] = "instance",
        ["d"] = "destination", ["s"] = "destination", ["destination"] = "destination", ["sibling"] = "destination",
        ["a"] = "alias", ["alias"] = "alias", ["o"] = "owner", ["owner"] = "owner", ["r"] = "reason",
        ["reason"] = "reason",
        ["u"] = "duration", ["duration"] = "duration", ["R"] = "rule", ["promotion-rule"] = "rule",
        ["t"] = "tag", ["tag"] = "tag", ["l"] = "pool", ["pool"] = "pool", ["n"] = "binlog", ["binlog"] = "binlog",
        ["q"] = "query", ["query"] = "query", ["statement"] = "query", ["S"] = "seconds", ["seconds"] = "seconds",
        ["P"] = "path", ["path"] = "path", ["U"] = "api", ["api"] = "api", ["b"] = "auth", ["auth"] = "auth",
        ["D"] = "default-port", ["default-port"] = "default-port", ["pattern"] = "pattern", ["hostname"] = "hostname",
        ["config"] = "config", ["set"] = "set",
    }.ToImmutableDictionary();

    /// <summary>Words without a value that change nothing here.</summary>
    private static readonly ImmutableHashSet<string> Idle =
        ["debug", "verbose", "quiet", "stack", "strict", "discovery", "noop", "ignore-raft-setup", "skip-unresolve",
            "skip-unresolve-check", "skip-binlog-search", "skip-continuous-registration", "enable-database-update",
            "grab-election"];

    /// <summary>Whether a command line is in these words.</summary>
    public static bool AreMeant(IReadOnlyList<string> arguments) =>
        arguments.Any(a => a.Split('=')[0] is "-c" or "-command" or "--command");

    /// <summary>Null after the sentence that says what is wrong.</summary>
    public static (OldArguments? Read, string Problem) Read(IReadOnlyList<string> arguments)
    {
        var values = ImmutableDictionary<string, string>.Empty;
        var ours = ImmutableArray<string>.Empty;
        for (var at = 0; at < arguments.Count; at++)
        {
            var (word, value) = arguments[at].Split('=', 2) is [var before, var after]
                ? (before, after)
                : (arguments[at], null);
            if (!word.StartsWith('-')) return (null, $"unexpected '{word}': expected an option, as -i HOST:PORT");
            var name = word.TrimStart('-');
            if (Idle.Contains(name)) continue;
            if (!Words.TryGetValue(name, out var meant)) return (null, $"unknown option '{word}'; see -c help");
            if (value is null && ++at >= arguments.Count) return (null, $"{word}: expected a value");
            value ??= arguments[at];
            if (meant is "config" or "set") ours = ours.AddRange($"--{meant}", value);
            else values = values.SetItem(meant, value);
        }
        var command = values.GetValueOrDefault("command", "").Replace("slave", "replica", StringComparison.Ordinal);
        return (new(command, values, ours), "");
    }

    /// <summary>Empty when it was left out.</summary>
    public string this[string name] => Values.GetValueOrDefault(name, "");

    /// <summary>The servers that the command is about, one run for each; one empty text when none is named.</summary>
    public IEnumerable<string> Instances =>
        this["instance"].Split(',', StringSplitOptions.TrimEntries);

    /// <summary>As a part of a path: <c>host/port</c>. A server without a port has the default one.</summary>
    public string InPath(string server)
    {
        var port = this["default-port"] is { Length: > 0 } given ? given : "3306";
        var text = server.Contains(':', StringComparison.Ordinal) ? server : $"{server}:{port}";
        return InstanceKey.TryParse(text, out var key, out _)
            ? $"{Uri.EscapeDataString(key.Host)}/{key.Port}"
            : Uri.EscapeDataString(server);
    }
}
