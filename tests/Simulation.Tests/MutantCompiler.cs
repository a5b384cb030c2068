using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>Compiles the project that a mutation is about, Core or the simulator, with one text replaced.</summary>
internal static class MutantCompiler
{
    // What ImplicitUsings and the projects add to every file.
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

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview);

    private static readonly Project[] Projects =
    [
        new("functions/Core/", "OrchestratorFunctions.Core.dll", OutputKind.DynamicallyLinkedLibrary, []),
        new("tests/Simulation/", "OrchestratorFunctions.Simulation.dll", OutputKind.ConsoleApplication, ["OrchestratorFunctions.Core.dll"]),
    ];

    /// <summary>Where what was built lies: all that the simulator needs to run.</summary>
    public static string Built => AppContext.BaseDirectory;

    private static string Root { get; } = FindRoot();

    /// <summary>Null when nothing is wrong with the replaced text; else a sentence that names the file.</summary>
    public static string? WhyNot(Mutation mutation)
    {
        if (Of(mutation) is null) return $"{mutation.File} is neither below {string.Join(" nor below ", Projects.Select(p => p.Folder))}";
        var path = Path.Combine(Root, mutation.File);
        if (!File.Exists(path)) return $"{mutation.File} does not exist";
        var count = Count(Text(path), mutation.Old);
        return count == 1 ? null : $"{mutation.File} has the text to replace {count} times, and it must stand there once: {mutation.Old}";
    }

    /// <summary>Writes the mutated assembly over the one in this folder.</summary>
    /// <exception cref="InvalidOperationException">The mutated code does not compile.</exception>
    public static void Write(Mutation mutation, string folder)
    {
        var project = Of(mutation)!;
        var emitted = Replace(project.Whole.Value, mutation).Emit(Path.Combine(folder, project.Assembly));
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join("\n", emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(5)));
    }

    private static Project? Of(Mutation mutation) =>
        Projects.SingleOrDefault(p => mutation.File.StartsWith(p.Folder, StringComparison.Ordinal));

    private static CSharpCompilation Replace(CSharpCompilation whole, Mutation mutation)
    {
        var path = Path.Combine(Root, mutation.File);
        var old = whole.SyntaxTrees.Single(t => t.FilePath == path);
        var text = Text(path).Replace(mutation.Old, mutation.New, StringComparison.Ordinal);
        return whole.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(text, Parsing, path));
    }

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

    private sealed record Project(string Folder, string Assembly, OutputKind Kind, string[] Uses)
    {
        /// <summary>The sources as they are; it carries the version that the others ask for.</summary>
        public Lazy<CSharpCompilation> Whole => field ??= new(Parse);

        private CSharpCompilation Parse()
        {
            var trees = Directory.EnumerateFiles(Path.Combine(Root, Folder), "*.cs", SearchOption.AllDirectories)
                .Where(IsSource).Order(StringComparer.Ordinal).Select(p => CSharpSyntaxTree.ParseText(Text(p), Parsing, p));
            var version = System.Reflection.AssemblyName.GetAssemblyName(Path.Combine(Built, Assembly)).Version;
            var attributes = CSharpSyntaxTree.ParseText($"[assembly: System.Reflection.AssemblyVersion(\"{version}\")]", Parsing);
            var options = new CSharpCompilationOptions(
                Kind, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Annotations);
            return CSharpCompilation.Create(
                Path.GetFileNameWithoutExtension(Assembly), [.. trees, CSharpSyntaxTree.ParseText(Usings, Parsing), attributes],
                References(), options);
        }

        private IEnumerable<MetadataReference> References() =>
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(p) is "netstandard.dll")
                .Concat(Uses.Select(u => Path.Combine(Built, u))).Select(p => MetadataReference.CreateFromFile(p));

        private static bool IsSource(string path) =>
            !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
    }
}
