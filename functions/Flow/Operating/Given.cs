using System.Collections.Immutable;
using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What an operation was told, read and looked up. Asked for by the name of its argument.</summary>
public sealed class Given
{
    private readonly ImmutableDictionary<string, ImmutableArray<string>> texts;
    private readonly ImmutableDictionary<string, Named> names;

    private Given(
        string actor, ImmutableDictionary<string, ImmutableArray<string>> texts,
        ImmutableDictionary<string, Named> names) => (Actor, this.texts, this.names) = (actor, texts, names);

    /// <summary>What a plan would be told of this server or cluster, and nothing besides.</summary>
    /// <param name="names">By the name of the argument.</param>
    internal static Given Of(string actor, ImmutableDictionary<string, Named> names) =>
        new(actor, ImmutableDictionary<string, ImmutableArray<string>>.Empty, names);

    /// <summary>Who asks, for records and audit entries.</summary>
    public string Actor { get; }

    /// <summary>Empty when it was left out.</summary>
    public string Text(string argument) => texts.TryGetValue(argument, out var all) ? all[0] : "";

    /// <summary>Every text of an argument that may be repeated.</summary>
    public ImmutableArray<string> Texts(string argument) => texts.GetValueOrDefault(argument, []);

    /// <summary>False when it was left out.</summary>
    public bool Flag(string argument) => texts.ContainsKey(argument) && bool.Parse(Text(argument));

    /// <summary>Null when it was left out.</summary>
    public long? Number(string argument) => texts.ContainsKey(argument)
        ? long.Parse(Text(argument), NumberStyles.None, CultureInfo.InvariantCulture)
        : null;

    /// <summary>Null when it was left out.</summary>
    public bool? FlagOrNull(string argument) => texts.ContainsKey(argument) ? Flag(argument) : null;

    /// <summary>Null when it was left out.</summary>
    public TimeSpan? Duration(string argument) =>
        texts.ContainsKey(argument) && Core.Naming.Duration.TryParse(Text(argument), out var length, out _)
            ? length
            : null;

    /// <summary>The server that is meant; null when it was left out.</summary>
    public InstanceKey? Server(string argument) => names.GetValueOrDefault(argument)?.Server;

    /// <summary>The cluster that is meant, or the one of the server that is meant.</summary>
    public ClusterId ClusterOf(string argument) => names[argument].Cluster.Id;

    /// <summary>
    /// What is wrong with the texts by themselves, before anything is looked up: one is missing or cannot be read.
    /// Null when nothing is.
    /// </summary>
    /// <param name="texts">By the name of the argument; one that was left out is not there.</param>
    public static OperationAnswer? WhyNot(
        Operation operation, IReadOnlyDictionary<string, ImmutableArray<string>> texts)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(texts);
        foreach (var argument in operation.Arguments)
        {
            var all = texts.GetValueOrDefault(argument.Name, []);
            if (all.IsDefaultOrEmpty && !argument.IsRequired) continue;
            if (all.IsDefaultOrEmpty) return Wrong(argument, new Refusal(Argument.Expected + argument.Means));
            if (all.Length > 1 && !argument.IsRepeated)
                return Wrong(argument, new Refusal($"was given {all.Length} times: expected it once"));
            if (all.Select(argument.WhyNot).FirstOrDefault(w => w is not null) is { } problem)
                return Wrong(argument, new Refusal(problem));
        }
        return null;
    }

    /// <summary>Reads the texts, and looks up what is a name. Null after the answer that says what is wrong.</summary>
    /// <inheritdoc cref="WhyNot" path="/param"/>
    public static async Task<(Given? Given, OperationAnswer? Wrong)> ReadAsync(
        Operation operation, IReadOnlyDictionary<string, ImmutableArray<string>> texts, string actor,
        Func<CancellationToken, Task<NameBook>> book, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(book);
        if (WhyNot(operation, texts) is { } wrong) return (null, wrong);
        var known = operation.Arguments.Any(a => a.IsName) ? await book(cancel) : null;
        var names = ImmutableDictionary<string, Named>.Empty;
        foreach (var argument in operation.Arguments.Where(a => a.IsName && texts.ContainsKey(a.Name)))
        {
            var within = names.GetValueOrDefault(argument.Within)?.Cluster.Id;
            var (named, refusal) = Find(known!, argument, texts[argument.Name][0], within);
            if (named is null) return (null, NotKnown(argument, refusal!));
            names = names.Add(argument.Name, named);
        }
        return (new Given(actor, WithDefaults(operation, texts), names), null);
    }

    private static (Named? Named, Refusal? Refusal) Find(
        NameBook book, Argument argument, string text, ClusterId? within)
    {
        if (argument.Kind == ArgumentKind.Server) return book.Server(text, within);
        var (cluster, refusal) = book.Cluster(text);
        return (cluster is null ? null : new Named(cluster, null), refusal);
    }

    private static ImmutableDictionary<string, ImmutableArray<string>> WithDefaults(
        Operation operation, IReadOnlyDictionary<string, ImmutableArray<string>> texts) =>
        operation.Arguments.Where(a => a.Default.Length > 0 && !texts.ContainsKey(a.Name)).Aggregate(
            texts.ToImmutableDictionary(), (all, argument) => all.Add(argument.Name, [argument.Default]));

    private static OperationAnswer NotKnown(Argument argument, Refusal refusal) =>
        argument.Kind == ArgumentKind.Cluster ? OperationAnswer.NotFound(refusal) : Wrong(argument, refusal);

    private static OperationAnswer Wrong(Argument argument, Refusal refusal) =>
        OperationAnswer.BadInput(refusal) with { Argument = argument };
}
