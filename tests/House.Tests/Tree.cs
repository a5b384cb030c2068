using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OrchestratorFunctions.House.Tests;

/// <summary>The working tree: what git tracks, and what it would track.</summary>
internal static class Tree
{
    private static readonly string[] Binary = [".png", ".ico", ".gz", ".zip", ".pfx"];

    public static string Root { get; } = FindRoot();

    private static readonly HashSet<string> There = [.. Paths().Where(p => File.Exists(Path.Combine(Root, p)))];

    /// <summary>All that is text.</summary>
    public static IReadOnlyList<TreeFile> Files { get; } =
        [.. There.Order(StringComparer.Ordinal).Where(p => !Binary.Contains(Path.GetExtension(p))).Select(p => new TreeFile(p))];

    private static readonly Dictionary<string, TreeFile> ByPath = Files.ToDictionary(f => f.Path);
    private static readonly HashSet<string> Folders = [.. Files.SelectMany(f => FoldersOf(f.Path))];

    /// <summary>C# sources of the product and of its tests.</summary>
    public static IEnumerable<TreeFile> Sources => Under(".cs", "functions/", "tests/");

    public static TreeFile? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>A file, or a folder with files in it.</summary>
    public static bool Has(string path) => path.Length == 0 || There.Contains(path) || Folders.Contains(path.TrimEnd('/'));

    public static IEnumerable<TreeFile> Under(string extension, params string[] folders) =>
        Files.Where(f => f.Path.EndsWith(extension, StringComparison.Ordinal) && folders.Any(d => f.Path.StartsWith(d, StringComparison.Ordinal)));

    private static IEnumerable<string> FoldersOf(string path)
    {
        for (var at = Path.GetDirectoryName(path); !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at)) yield return at;
    }

    private static IEnumerable<string> Paths()
    {
        if (!Path.Exists(Path.Combine(Root, ".git"))) return Walk(Root);
        // The tree may belong to another user than the one who tests it.
        var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", "-c", "core.quotePath=off", "ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root, RedirectStandardOutput = true,
        };
        using var git = Process.Start(start)!;
        var paths = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return git.ExitCode == 0 ? paths : throw new InvalidOperationException($"git ls-files ended with {git.ExitCode}");
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Select(f => Path.GetRelativePath(Root, f))
            .Concat(Directory.EnumerateDirectories(folder).Where(d => Path.GetFileName(d) is not ("bin" or "obj" or "node_modules" or "TestResults" or ".vs" or ".idea")).SelectMany(Walk));

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "global.json"))) return at.FullName;
        throw new InvalidOperationException($"no global.json above {AppContext.BaseDirectory}");
    }
}

/// <summary>One text file; paths are relative to the root, with forward slashes.</summary>
internal sealed class TreeFile(string path)
{
    private readonly Lazy<string> text = new(() => File.ReadAllText(System.IO.Path.Combine(Tree.Root, path)));
    private string[]? lines;
    private SyntaxNode? syntax;

    public string Path => path;
    public string FullPath => System.IO.Path.Combine(Tree.Root, path);
    public string Name => System.IO.Path.GetFileNameWithoutExtension(path);
    public string Folder => System.IO.Path.GetDirectoryName(path)!;
    public string Text => text.Value;
    public string[] Lines => lines ??= Text.TrimEnd('\n').Split('\n');

    /// <summary>How many branching tokens stand on a line, counted from 0; lines without one are left out.</summary>
    public IReadOnlyDictionary<int, int> Branches => field ??= Syntax.DescendantTokens()
        .Where(t => t.Kind() is SyntaxKind.IfKeyword or SyntaxKind.WhenKeyword or SyntaxKind.IsKeyword or SyntaxKind.AmpersandAmpersandToken
            or SyntaxKind.BarBarToken or SyntaxKind.QuestionQuestionToken
            || (t.IsKind(SyntaxKind.QuestionToken) && t.Parent.IsKind(SyntaxKind.ConditionalExpression)))
        .CountBy(t => t.GetLocation().GetLineSpan().StartLinePosition.Line).ToDictionary();

    /// <summary>The parsed C# source.</summary>
    public SyntaxNode Syntax => syntax ??= CSharpSyntaxTree.ParseText(Text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();

    /// <summary>The room a source of the product belongs to, or the project of a test.</summary>
    public string Room => path.Split('/') is [_, var room, _, ..] ? room : "";

    public string At(SyntaxNode node) => $"{path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    /// <summary>Lines a pattern occurs in, as offenders.</summary>
    public IEnumerable<string> Matching(System.Text.RegularExpressions.Regex pattern) =>
        Lines.Select((line, i) => (Match: pattern.Match(line), i)).Where(l => l.Match.Success).Select(l => $"{path}:{l.i + 1} {l.Match.Value}");
}
