using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

public partial class NameTests
{
    private static readonly string[] Empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Service", "Handler", "Info", "Data", "Base"];

    [Fact]
    public void Types_are_named_after_what_they_are()
    {
        var found = Types.Where(t => Empty.Any(e => t.Name.EndsWith(e, StringComparison.Ordinal))).Select(t => (t.File.Path, $"{t.At} {t.Name}")).ToArray();
        Exceptions.Except(found, Exceptions.TypeNames, strict: false).MustBeNone($"a type is named by a noun of the field and does not end in {string.Join(", ", Empty)}");
    }

    [Fact]
    public void Public_types_say_what_they_are() =>
        Types.Where(t => t.Node.Ancestors().Prepend(t.Node).OfType<MemberDeclarationSyntax>().Where(m => m is not BaseNamespaceDeclarationSyntax).All(m => m.Modifiers.Any(SyntaxKind.PublicKeyword)))
            .Where(t => !t.Node.GetLeadingTrivia().ToString().Contains("<summary>", StringComparison.Ordinal) && !IsOtherPart(t.Node, t.Name))
            .Select(t => $"{t.At} {t.Name}").MustBeNone("a public type has an XML <summary>");

    [Fact]
    public void Old_words_stay_at_the_edges()
    {
        var found = Tree.Files.Where(f => f.Path.StartsWith("functions/", StringComparison.Ordinal) || f.Path.StartsWith("tests/", StringComparison.Ordinal)
                || f.Path.StartsWith("scripts/", StringComparison.Ordinal) || f.Path.StartsWith("infra/", StringComparison.Ordinal) || f.Path.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(f => f.Matching(OldWord()).Select(m => (f.Path, m))).ToArray();
        Exceptions.Except(found, Exceptions.OldWords, strict: false).Where(o => !o.StartsWith("tests/House.Tests/", StringComparison.Ordinal))
            .MustBeNone("the words are primary, source and replica; the old ones stand only where servers or orchestrator use them (Exceptions.cs)");
    }

    private sealed record Declared(TreeFile File, MemberDeclarationSyntax Node, string Name)
    {
        public string At => File.At(Node);
    }

    private static IEnumerable<Declared> Types => Tree.Under(".cs", "functions/").SelectMany(f => f.Syntax.DescendantNodes().Select(n => n switch
    {
        BaseTypeDeclarationSyntax t => new Declared(f, t, t.Identifier.Text),
        DelegateDeclarationSyntax d => new Declared(f, d, d.Identifier.Text),
        _ => null,
    }).OfType<Declared>());

    // One part of a partial type carries the summary.
    private static bool IsOtherPart(MemberDeclarationSyntax node, string name) => node.Modifiers.Any(SyntaxKind.PartialKeyword)
        && Types.Any(t => t.Name == name && t.Node != node && t.Node.GetLeadingTrivia().ToString().Contains("<summary>", StringComparison.Ordinal));

    // The token semi:master belongs to orchestrator's drawing of a topology, which tools parse.
    [GeneratedRegex("(?<!semi:)master|slave", RegexOptions.IgnoreCase)]
    private static partial Regex OldWord();
}
