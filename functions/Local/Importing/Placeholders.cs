using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>
/// What stands in a file for a value that comes from elsewhere: <c>${NAME}</c>, which orchestrator itself fills in for
/// its secrets, and what programs that make files of templates leave behind.
/// </summary>
internal static partial class Placeholders
{
    /// <summary>The variable that a whole text stands for; null when it is none.</summary>
    public static string? VariableOf(string text) =>
        Whole().Match(text.Trim()) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The first placeholder in a text or in a list of texts, as it is written; null without one.</summary>
    public static string? FirstIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => FirstIn(value.GetString()!),
        JsonValueKind.Array => value.EnumerateArray().Select(FirstIn).FirstOrDefault(p => p is not null),
        _ => null,
    };

    private static string? FirstIn(string text) => Any().Match(text) is { Success: true } match ? match.Value : null;

    [GeneratedRegex(@"^\$\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}$", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    // Braces of a template, and of Ruby's.
    [GeneratedRegex(@"\$\{[A-Za-z_][A-Za-z0-9_]*[^}]*\}|\{\{.*?\}\}|<%.*?%>", RegexOptions.CultureInvariant)]
    private static partial Regex Any();
}
