using System.Text.RegularExpressions;

namespace OrchestratorFunctions.House.Tests;

public partial class LinkTests
{
    [Fact]
    public void Relative_links_lead_somewhere() =>
        Tree.Under(".md", "").SelectMany(f => Prose(f).SelectMany(l => Link().Matches(l.Text).Select(m => (f, l.Number, Target: m.Groups[1].Value))))
            .Where(l => !Outside().IsMatch(l.Target) && !Leads(l.f, l.Target)).Select(l => $"{l.f.Path}:{l.Number} {l.Target}")
            .MustBeNone("a relative link names a file of the tree, and a heading of it after '#'");

    private static bool Leads(TreeFile from, string target)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? from.Path : Path.GetRelativePath(Tree.Root, Path.GetFullPath(Path.Combine(Tree.Root, from.Folder, parts[0])));
        if (path == ".") path = "";
        return Tree.Has(path) && (parts.Length == 1 || Tree.Find(path) is not { } file || !path.EndsWith(".md", StringComparison.Ordinal) || Anchors(file).Contains(parts[1]));
    }

    private static IEnumerable<string> Anchors(TreeFile file) =>
        Prose(file).Where(l => l.Text.StartsWith('#')).Select(l => NotInAnchor().Replace(l.Text.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static IEnumerable<(int Number, string Text)> Prose(TreeFile file)
    {
        var isFenced = false;
        for (var i = 0; i < file.Lines.Length; i++)
        {
            if (file.Lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal)) isFenced = !isFenced;
            else if (!isFenced) yield return (i + 1, file.Lines[i]);
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^[a-z]+:")]
    private static partial Regex Outside();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
