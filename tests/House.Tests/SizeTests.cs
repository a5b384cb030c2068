using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

public class SizeTests
{
    private const int LinesOfFile = 250, LinesOfMethod = 40, Columns = 220, CalmColumns = 120, CalmBranches = 4;

    /// <summary>Folders of Core that keep to calm lines; the others follow as they are touched.</summary>
    private static readonly string[] Calm =
    [
        "Refusing", "Naming", "Analyzing", "Gating", "Planning", "Rehearsing", "Running", "Leasing", "Stepping",
        "Watching", "Examining",
    ];

    [Fact]
    public void Files_are_short() =>
        Tree.Sources.Where(f => f.Lines.Length > LinesOfFile).Select(f => $"{f.Path}:{LinesOfFile + 1} has {f.Lines.Length} lines")
            .MustBeNone($"a source file has at most {LinesOfFile} lines: give a part of it a name and a file");

    [Fact]
    public void Methods_are_short()
    {
        var found = Tree.Under(".cs", "functions/").SelectMany(f => f.Syntax.DescendantNodes().Where(IsMethod).Where(m => LinesOf(m) > LinesOfMethod)
            .Select(m => ($"{f.Path}:{NameOf(m)}", $"{f.At(m)} {NameOf(m)} has {LinesOf(m)} lines"))).ToArray();
        Exceptions.Except(found, Exceptions.LongMethods).MustBeNone($"a method has at most {LinesOfMethod} lines");
    }

    [Fact]
    public void Lines_fit_on_a_screen() =>
        Tree.Sources
            .SelectMany(f => f.Lines.Select((line, i) => (line, i)).Where(l => l.line.Length > Columns).Select(l => $"{f.Path}:{l.i + 1} has {l.line.Length} columns"))
            .MustBeNone($"a line has at most {Columns} columns");

    [Fact]
    public void What_decides_is_written_in_calm_lines() =>
        Tree.Under(".cs", [.. Calm.Select(d => $"functions/Core/{d}/")])
            .SelectMany(f => f.Lines.Select((line, i) => (line, i)).Where(l => l.line.Length > CalmColumns || Branches(f, l.i) > CalmBranches)
                .Select(l => $"{f.Path}:{l.i + 1} has {l.line.Length} columns and {Branches(f, l.i)} branches"))
            .MustBeNone($"a line of what decides has at most {CalmColumns} columns and {CalmBranches} of: if && || ?? ?: when is");

    private static int Branches(TreeFile file, int line) => file.Branches.GetValueOrDefault(line);

    private static bool IsMethod(SyntaxNode node) => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax;

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string NameOf(SyntaxNode node)
    {
        var type = node.Ancestors().OfType<BaseTypeDeclarationSyntax>().FirstOrDefault()?.Identifier.Text;
        return type + "." + node switch
        {
            MethodDeclarationSyntax m => m.Identifier.Text,
            ConstructorDeclarationSyntax => "new",
            LocalFunctionStatementSyntax l => l.Identifier.Text,
            AccessorDeclarationSyntax a => a.Keyword.Text,
            _ => node.RawKind.ToString(),
        };
    }
}
