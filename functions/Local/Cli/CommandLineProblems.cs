using System.CommandLine;
using System.CommandLine.Parsing;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>What is wrong with a command line: a line for each thing, with the word that may have been meant.</summary>
internal static class CommandLineProblems
{
    /// <summary>Empty for one that can be run.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        // An argument that may be left out takes what is no option of ours; nothing that can be named begins so.
        var taken = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens);
        string[] unknown = [.. parsed.UnmatchedTokens, .. taken.Select(t => t.Value).Where(IsOption)];
        if (unknown.Length == 0) return parsed.Errors.Select(e => e.Message.TrimEnd('.'));
        // What follows a command that is not known cannot be read.
        return command.Subcommands.Count > 0 && unknown.FirstOrDefault(w => !IsOption(w)) is { } word
            ? [$"unknown command '{word}'{Nearest.Question(word, NamesOf(command.Subcommands))}"]
            : unknown.Where(IsOption).DefaultIfEmpty(unknown[0]).Select(w => Of(w, parsed));
    }

    private static string Of(string word, ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (!IsOption(word)) return $"unexpected '{word}': {command.Name} takes {ArgumentsOf(command)}";
        var known = NamesOf(command.Options.Concat(parsed.RootCommandResult.Command.Options));
        return $"unknown option '{word}'{Nearest.Question(word, known)}";
    }

    private static bool IsOption(string word) => word.StartsWith('-');

    private static string ArgumentsOf(Command command) => command.Arguments.Count == 0
        ? "no argument"
        : string.Join(' ', command.Arguments.Select(a => a.Name.ToUpperInvariant()));

    private static IEnumerable<string> NamesOf(IEnumerable<Symbol> symbols) =>
        symbols.Where(s => !s.Hidden)
            .SelectMany(s => s is Command command ? [s.Name, .. command.Aliases] : (string[])[s.Name]);
}
