using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>
/// Which servers are meant by their tags: conditions with commas between, all of which hold (orchestrator,
/// <c>docs/tags.md</c>). <c>name</c>: it has the tag; <c>name=value</c>: with that value; <c>name=</c>: with none;
/// <c>~name</c>: it has no such tag; <c>~name=value</c>: it has the tag, with another value.
/// </summary>
public sealed class TagExpression
{
    private readonly ImmutableArray<TagCondition> conditions;

    private TagExpression(ImmutableArray<TagCondition> conditions) => this.conditions = conditions;

    /// <summary>On refusal <paramref name="problem"/> says what would be right.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TagExpression? expression, out string problem)
    {
        var read = ImmutableArray.CreateBuilder<TagCondition>();
        (expression, problem) = (null, "");
        foreach (var part in (text ?? "").Split(','))
        {
            if (!TagCondition.TryParse(part, out var condition, out problem)) return false;
            read.Add(condition);
        }
        expression = new(read.ToImmutable());
        return true;
    }

    /// <summary>Whether a server with these tags is meant.</summary>
    public bool IsMet(IReadOnlyDictionary<string, string> tags) => conditions.All(c => c.IsMet(tags));
}

/// <summary>One condition of a <see cref="TagExpression"/>.</summary>
/// <param name="Value">Null for any.</param>
/// <param name="IsNegated">The tag is not there, or has another value than the one that is named.</param>
public sealed record TagCondition(string Name, string? Value, bool IsNegated)
{
    /// <summary>On refusal <paramref name="problem"/> says what would be right.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TagCondition? condition, out string problem)
    {
        var told = (text ?? "").Trim();
        var isNegated = told.StartsWith('~') || told.StartsWith('!');
        var plain = isNegated ? told[1..] : told;
        condition = Tag.TryParse(plain, out var tag, out problem)
            ? new(tag.Name, plain.Contains('=', StringComparison.Ordinal) ? tag.Value : null, isNegated)
            : null;
        return condition is not null;
    }

    /// <summary>Whether it holds of a server with these tags.</summary>
    public bool IsMet(IReadOnlyDictionary<string, string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var isThere = tags.TryGetValue(Name, out var value);
        return Value is null ? isThere != IsNegated : isThere && (value == Value) != IsNegated;
    }
}
