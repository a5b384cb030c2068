using System.Collections.Immutable;
using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>One thing that an operation has to be told.</summary>
/// <param name="Name">
/// Lower-case words with hyphens between. A command line takes <c>--primary-is-dead</c>, HTTP <c>primaryIsDead</c>.
/// </param>
/// <param name="Means">What it is, for help texts: lower case, without a full stop.</param>
public sealed record Argument(string Name, ArgumentKind Kind, string Means)
{
    /// <summary>How a problem begins that is about no value.</summary>
    internal const string Expected = "expected ";

    private const StringComparison Ordinal = StringComparison.Ordinal;

    public bool IsRequired { get; init; }

    /// <summary>A command line tells it by its place instead of its name.</summary>
    public bool IsPositional { get; init; }

    /// <summary>It may be given more than once.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>What is taken when it is left out; empty for nothing.</summary>
    public string Default { get; init; } = "";

    /// <summary>Of a server: the argument that names its cluster, or a server of the same cluster; empty for any.</summary>
    public string Within { get; init; } = "";

    /// <summary>
    /// It names what the operation is about, which is known here: a server, a cluster, either of them, or a recovery.
    /// </summary>
    public bool IsSubject { get; init; }

    /// <summary>The texts that are taken; empty where others are too.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>Its name by HTTP.</summary>
    public string Key => string.Concat(Name.Split('-').Select((word, i) =>
        i == 0 ? word : char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));

    /// <summary>It is looked up among what is known.</summary>
    public bool IsName => Kind is ArgumentKind.Cluster or ArgumentKind.Server;

    /// <summary>A problem of this argument in one sentence that names it.</summary>
    /// <param name="field">What the door calls it, like <c>--to</c>; empty where its place says it.</param>
    /// <param name="problem">As <see cref="WhyNot"/> or a lookup says it.</param>
    public string Told(string field, string problem)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(problem);
        if (field.Length == 0 || (Kind == ArgumentKind.Alias && problem.StartsWith("alias ", Ordinal))) return problem;
        // These begin with the value that was given, and the others with what it would be the name of.
        var isAboutValue = Kind is not (ArgumentKind.Text or ArgumentKind.Alias or ArgumentKind.Address) && !IsName;
        return isAboutValue && !problem.StartsWith(Expected, Ordinal) ? $"{field} {problem}" : $"{field}: {problem}";
    }

    /// <summary>Why a text cannot be read, without asking any store; null when it can.</summary>
    public string? WhyNot(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Kind switch
        {
            ArgumentKind.Reason => string.IsNullOrWhiteSpace(text)
                ? $"'{text.Trim()}': expected the reason, for those who read the record"
                : null,
            ArgumentKind.Flag or ArgumentKind.Choice =>
                bool.TryParse(text, out _) ? null : $"'{text}': expected true or false",
            ArgumentKind.Duration => Duration.TryParse(text, out _, out var problem) ? null : problem,
            ArgumentKind.Number => IsAboveZero(text) ? null : $"'{text}': expected a whole number above zero",
            ArgumentKind.Alias => Alias.WhyNot(text),
            ArgumentKind.Address => InstanceKey.TryParse(text, out _, out var problem) ? null : problem,
            _ => null,
        };
    }

    private static bool IsAboveZero(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
}
