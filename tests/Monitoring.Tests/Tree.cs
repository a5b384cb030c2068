using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Monitoring.Tests;

/// <summary>Files of the repository.</summary>
internal static partial class Tree
{
    public static string PathOf(string file) => Path.Combine(Play.Root(), file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>Whether a link <c>docs/FILE.md#heading</c> leads to a heading that is there.</summary>
    public static bool Leads(string link)
    {
        var parts = link.Split('#');
        return parts.Length == 2 && File.Exists(PathOf(parts[0])) && Read(parts[0]).Split('\n').Any(l => l.StartsWith('#') && Anchor(l) == parts[1]);
    }

    private static string Anchor(string heading) => NotInAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
