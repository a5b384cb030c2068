using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>
/// What people say of a server, for themselves and their scripts: a name, and a value that may be empty.
/// </summary>
public sealed record Tag(string Name, string Value)
{
    /// <summary>Longer ones are refused.</summary>
    public const int LongestName = 128, LongestValue = 256;

    /// <summary>A server has no more than that.</summary>
    public const int Most = 64;

    /// <summary>The tags of a server that has none: values by their names, which are told apart by case.</summary>
    public static ImmutableSortedDictionary<string, string> None { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// From <c>name</c> or <c>name=value</c>; on refusal <paramref name="problem"/> says what would be right.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Tag? tag, out string problem)
    {
        var (name, value) = (text ?? "").Split('=', 2) is [var before, var after] ? (before, after) : (text ?? "", "");
        tag = new(name.Trim(), value.Trim());
        problem = WhyNot(tag.Name, tag.Value) ?? "";
        if (problem.Length > 0) tag = null;
        return tag is not null;
    }

    /// <summary>Why no tag can have this name and value; null when one can.</summary>
    public static string? WhyNot(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name.Length is 0 or > LongestName || !name.All(IsOfName))
            return $"tag name '{Shown(name)}': expected 1 to {LongestName} letters, digits, '-', '_', '.' or ':'";
        return value.Length <= LongestValue && !value.Any(char.IsControl)
            ? null
            : $"value '{Shown(value)}' of tag {name}: expected up to {LongestValue} characters, none of them a control "
                + "character";
    }

    /// <summary>As people write it; without the equals sign where the value is empty.</summary>
    public override string ToString() => Value.Length > 0 ? $"{Name}={Value}" : Name;

    private static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ':';

    private static string Shown(string text)
    {
        const int most = 40;
        var shown = new string([.. text.Take(most).Select(c => char.IsControl(c) ? '?' : c)]);
        return text.Length > most ? shown + "…" : shown;
    }
}
