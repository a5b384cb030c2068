using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Local.Importing;

/// <summary>
/// Writes an entry of orchestrator's cluster filters as patterns of <c>Recovery:Clusters</c>. There it is a cluster's
/// name or alias, <c>alias=NAME</c>, <c>alias~=REGEX</c>, <c>*</c>, or a regular expression that is looked for in the
/// cluster's name, the host:port of its primary. Here it is a text with <c>*</c> over ids, aliases and host:port of
/// members. A pattern that has to look at servers only ends with a port, which no alias has.
/// </summary>
internal static partial class ClusterPatterns
{
    private const string All = "*", AnyPort = ":*", AliasIs = "alias=", AliasMatches = "alias~=";

    /// <summary>Empty when the entry cannot be written so.</summary>
    public static ImmutableArray<string> Of(string entry)
    {
        if (entry is All) return [All];
        if (entry.StartsWith(AliasIs, StringComparison.Ordinal))
            return Plain().IsMatch(entry[AliasIs.Length..]) ? [entry[AliasIs.Length..]] : [];
        if (entry.StartsWith(AliasMatches, StringComparison.Ordinal))
            return OfExpression(entry[AliasMatches.Length..], isOfServers: false);
        if (HostAndPort().IsMatch(entry)) return [entry];
        var inNames = OfExpression(entry, isOfServers: true);
        return Plain().IsMatch(entry) ? [entry, .. inNames] : inNames;
    }

    private static ImmutableArray<string> OfExpression(string expression, bool isOfServers)
    {
        string?[] patterns = [.. expression.Split('|').Select(part => OfAlternative(part, isOfServers))];
        return patterns.Contains(null) ? [] : [.. patterns!];
    }

    private static string? OfAlternative(string expression, bool isOfServers)
    {
        var isFromStart = expression.StartsWith('^');
        var isToEnd = expression.EndsWith('$') && !expression.EndsWith("\\$", StringComparison.Ordinal);
        if (expression.Length == 0 || TextOf(expression[(isFromStart ? 1 : 0)..^(isToEnd ? 1 : 0)]) is not { } text)
            return null;
        var pattern = (isFromStart ? "" : All) + text + (isToEnd ? "" : All);
        while (pattern.Contains("**", StringComparison.Ordinal))
            pattern = pattern.Replace("**", All, StringComparison.Ordinal);
        if (pattern.Length == 0) return null;
        if (pattern is All || !isOfServers || isToEnd || text.Contains(':', StringComparison.Ordinal)) return pattern;
        return pattern + AnyPort;
    }

    // Null when there is more to it than characters and "anything".
    private static string? TextOf(string expression)
    {
        var text = new StringBuilder();
        foreach (Match part in Part().Matches(expression))
        {
            var token = part.Value;
            if (token is ".*" or ".+") text.Append('*');
            else if (token is ['\\', var escaped] && IsEscapable(escaped)) text.Append(escaped);
            else if (token is "[.]") text.Append('.');
            else if (token.Length == 1 && IsPlain(token[0])) text.Append(token);
            else return null;
        }
        // A comma parts patterns.
        return text.ToString() is var whole && !whole.Contains(',', StringComparison.Ordinal) ? whole : null;
    }

    // A star has its own meaning in our patterns.
    private static bool IsEscapable(char c) => c != '*' && !char.IsAsciiLetterOrDigit(c);

    private static bool IsPlain(char c) => !"\\[]{}()+?*^$|,".Contains(c, StringComparison.Ordinal);

    [GeneratedRegex(@"\.\*|\.\+|\\.|\[\.\]|.", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Part();

    [GeneratedRegex(@"^[\w.-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^[\w.-]+:[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex HostAndPort();
}
