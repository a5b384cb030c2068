using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>
/// Compiles the sources of Core and of the simulator into one assembly, with one text replaced, and loads it into a
/// context of its own that is unloaded afterwards.
/// </summary>
internal static class MutantCompiler
{
    private static readonly string[] Folders = ["functions/Core", "tests/Simulation"];
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview);

    // What ImplicitUsings and the project add to every file.
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using OrchestratorFunctions.Core.Planning.Records;
        global using OrchestratorFunctions.Core.Watching;
        """;

    private static readonly Lazy<CSharpCompilation> Whole = new(Parse);

    public static string Root { get; } = FindRoot();

    /// <summary>Null when nothing is wrong with the replaced text; else a sentence that names the file.</summary>
    public static string? WhyNot(Mutation mutation)
    {
        var path = Path.Combine(Root, mutation.File);
        if (!File.Exists(path)) return $"{mutation.File} does not exist";
        var count = Count(Text(path), mutation.Old);
        return count == 1 ? null : $"{mutation.File} has the text to replace {count} times, and it must stand there once: {mutation.Old}";
    }

    /// <summary>Compiles, loads and hands over the assembly; null compiles what is there.</summary>
    public static T With<T>(Mutation? mutation, Func<Assembly, T> use)
    {
        var compilation = mutation is null ? Whole.Value : Replace(mutation);
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join("\n", emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(5)));
        image.Position = 0;
        var context = new AssemblyLoadContext(mutation?.Name ?? "whole", isCollectible: true);
        try
        {
            return use(context.LoadFromStream(image));
        }
        finally
        {
            context.Unload();
        }
    }

    private static CSharpCompilation Replace(Mutation mutation)
    {
        var path = Path.Combine(Root, mutation.File);
        var old = Whole.Value.SyntaxTrees.Single(t => t.FilePath == path);
        var text = Text(path).Replace(mutation.Old, mutation.New, StringComparison.Ordinal);
        return Whole.Value.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(text, Parsing, path));
    }

    private static CSharpCompilation Parse()
    {
        var trees = Folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.cs", SearchOption.AllDirectories))
            .Where(IsSource).Order(StringComparer.Ordinal).Select(p => CSharpSyntaxTree.ParseText(Text(p), Parsing, p));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(p) is "netstandard.dll")
            .Select(p => MetadataReference.CreateFromFile(p));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create("Mutant", [.. trees, CSharpSyntaxTree.ParseText(Usings, Parsing)], references, options);
    }

    private static bool IsSource(string path) =>
        !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        && !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static string Text(string path) => File.ReadAllText(path).ReplaceLineEndings("\n");

    private static int Count(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + 1, StringComparison.Ordinal)) count++;
        return count;
    }

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "global.json"))) return at.FullName;
        throw new InvalidOperationException($"no global.json above {AppContext.BaseDirectory}");
    }
}
