using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

public partial class OptionTests
{
    private const string Doc = "docs/configuration.md";

    [Fact]
    public void Options_name_their_section() =>
        Classes.Where(c => c.Section is null).Select(c => $"{c.At} {c.Name}").MustBeNone("a class of options has a constant string Section");

    [Fact]
    public void Every_option_is_documented() =>
        Keys.Where(k => !Documented.Any(d => d.Key == k.Key)).Select(k => $"{k.At} {k.Key}").MustBeNone($"every option stands in {Doc} as `Section:Key`");

    [Fact]
    public void Every_documented_option_exists() =>
        Documented.Where(d => !Known.Contains(d.Key)).Select(d => $"{d.At} {d.Key}").MustBeNone($"every `Section:Key` in {Doc} is an option");

    [Fact]
    public void Texts_name_options_that_exist() =>
        Tree.Under(".cs", "functions/").SelectMany(f => f.Syntax.DescendantTokens()
                .Where(t => t.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken)
                .SelectMany(t => Named().Matches(t.ValueText).Where(m => Sections.Contains(m.Groups[1].Value) && !Known.Contains(m.Value)).Select(m => $"{f.At(t.Parent!)} {m.Value}")))
            .MustBeNone("a text that tells operators which setting to change names one that exists");

    private sealed record Option(string At, string Name, string? Section, IReadOnlyList<(string At, string Key)> Keys);

    private static IEnumerable<Option> Classes => Tree.Under(".cs", "functions/").SelectMany(f => Code.Nodes<TypeDeclarationSyntax>(f)
        .Where(t => t.Identifier.Text.EndsWith("Options", StringComparison.Ordinal) && Code.Settable(t).Any())
        .Select(t => new Option(f.At(t), t.Identifier.Text, Code.Constant(t, "Section"), [.. Code.Settable(t).Select(p => (f.At(p), $"{Code.Constant(t, "Section")}:{p.Identifier.Text}"))])));

    private static IEnumerable<(string At, string Key)> Keys => Classes.Where(c => c.Section is not null).SelectMany(c => c.Keys);

    private static HashSet<string> Known => field ??= [.. Keys.Select(k => k.Key)];

    private static HashSet<string> Sections => field ??= [.. Classes.Select(c => c.Section).OfType<string>()];

    private static IEnumerable<(string At, string Key)> Documented => Tree.Find(Doc) is not { } doc ? [] :
        doc.Lines.SelectMany((line, i) => Quoted().Matches(line).Select(m => ($"{Doc}:{i + 1}", $"{m.Groups[1].Value}:{m.Groups[2].Value}")));

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*):([A-Z][A-Za-z0-9]*)(?:=[^`]*)?`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b([A-Z][A-Za-z0-9]*):([A-Z][A-Za-z0-9]*)\b")]
    private static partial Regex Named();
}
