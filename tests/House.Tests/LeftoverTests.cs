using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

public partial class LeftoverTests
{
    [Fact]
    public void Nothing_names_a_machine() =>
        Others.SelectMany(f => f.Matching(MachinePath())).MustBeNone("nothing in the tree names a path of somebody's machine");

    [Fact]
    public void Nothing_names_a_registry() =>
        Others.SelectMany(f => f.Matching(Registry())).MustBeNone("packages come from the registries a machine is set up with; nothing in the tree names one");

    [Fact]
    public void Nothing_is_left_for_later() =>
        Others.Where(f => f.Path.StartsWith("functions/", StringComparison.Ordinal) || f.Path.StartsWith("tests/", StringComparison.Ordinal) || f.Path.StartsWith("infra/", StringComparison.Ordinal))
            .SelectMany(f => f.Matching(Later())).Concat(Tree.Sources.SelectMany(Unwritten)).MustBeNone("what is in the tree is done");

    [Fact]
    public void No_test_is_switched_off() =>
        Tree.Sources.SelectMany(f => Code.Nodes<AttributeArgumentSyntax>(f).Where(a => a.NameEquals?.Name.Identifier.Text == "Skip").Select(a => $"{f.At(a)} {a}"))
            .MustBeNone("a test runs, or skips itself with Assert.Skip and the reason found at run time");

    private static IEnumerable<string> Unwritten(TreeFile file) => Code.Nodes<ObjectCreationExpressionSyntax>(file)
        .Where(c => c.Type.ToString().EndsWith(nameof(NotImplementedException), StringComparison.Ordinal) && c.Parent is (ThrowStatementSyntax or ThrowExpressionSyntax)).Select(c => $"{file.At(c)} {c}");

    // The words are looked for in this suite too often to look for them here.
    private static IEnumerable<TreeFile> Others => Tree.Files.Where(f => !f.Path.StartsWith("tests/House.Tests/", StringComparison.Ordinal));

    [GeneratedRegex(@"(?<![\w.])(/wor[k]/|/roo[t]\b|/hom[e]/\w+|/tm[p]/w\w*)")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"nuget\.org|npmjs|deb\.debian\.org|security\.debian\.org|archive\.ubuntu\.com|security\.ubuntu\.com")]
    private static partial Regex Registry();

    [GeneratedRegex(@"\b(TOD[O]|FIXM[E]|HAC[K]|XX[X])\b")]
    private static partial Regex Later();
}
