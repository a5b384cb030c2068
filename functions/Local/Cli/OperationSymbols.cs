using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using OrchestratorFunctions.Flow.Operating;
using Argument = OrchestratorFunctions.Flow.Operating.Argument;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>
/// The arguments of an operation as a command line takes them. What cannot be read is refused before storage is opened.
/// </summary>
internal sealed class OperationSymbols
{
    private readonly ImmutableArray<(Argument Argument, Symbol Symbol)> all;

    public OperationSymbols(Operation operation, Command command)
    {
        all = [.. operation.Arguments.Select(a => (a, SymbolOf(a)))];
        foreach (var (_, symbol) in all)
            if (symbol is System.CommandLine.Argument place) command.Arguments.Add(place);
            else command.Options.Add((Option)symbol);
    }

    /// <summary>How an argument is called where it is told by its name; empty where its place says it.</summary>
    public static string NameOf(Argument argument) => argument.IsPositional ? "" : $"--{argument.Name}";

    /// <summary>What was given, by the names of arguments; what was left out is not there.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<string>> Texts(ParseResult parsed) => all
        .Select(a => (a.Argument.Name, Texts: TextsOf(a.Symbol, parsed))).Where(a => a.Texts.Length > 0)
        .ToImmutableDictionary(a => a.Name, a => a.Texts, StringComparer.Ordinal);

    private static ImmutableArray<string> TextsOf(Symbol symbol, ParseResult parsed) => symbol switch
    {
        Option<bool> flag => parsed.GetValue(flag) ? [bool.TrueString] : [],
        Option option => Texts(parsed.GetResult(option)),
        _ => Texts(parsed.GetResult((System.CommandLine.Argument)symbol)),
    };

    private static ImmutableArray<string> Texts(SymbolResult? result) =>
        result is null ? [] : [.. result.Tokens.Select(t => t.Value)];

    private static Symbol SymbolOf(Argument argument)
    {
        if (argument.IsPositional)
        {
            System.CommandLine.Argument place = argument.IsRepeated
                ? new Argument<string[]>(argument.Name)
                : new Argument<string>(argument.Name);
            (place.Description, place.Arity) = (argument.Means, ArityOf(argument));
            place.Validators.Add(given => Check(argument, given));
            return place;
        }
        if (argument.Kind == ArgumentKind.Flag)
            return new Option<bool>(NameOf(argument)) { Description = argument.Means };
        var option = new Option<string>(NameOf(argument)) { Description = argument.Means, Required = argument.IsRequired };
        option.Validators.Add(given => Check(argument, given));
        return option;
    }

    private static ArgumentArity ArityOf(Argument argument) => argument switch
    {
        { IsRepeated: true } => ArgumentArity.OneOrMore,
        { IsRequired: true } => ArgumentArity.ExactlyOne,
        _ => ArgumentArity.ZeroOrOne,
    };

    private static void Check(Argument argument, SymbolResult given)
    {
        foreach (var text in given.Tokens)
            if (argument.WhyNot(text.Value) is { } problem)
                given.AddError(argument.Told(NameOf(argument), problem));
    }
}
