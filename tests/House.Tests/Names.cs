using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

/// <summary>Names as sources write them: usings, and the longest dotted names in code.</summary>
internal static class Names
{
    public static IEnumerable<(string At, string Name)> In(TreeFile file) => file.Syntax.DescendantNodes()
        .Where(n => n is UsingDirectiveSyntax or QualifiedNameSyntax or MemberAccessExpressionSyntax && n.Parent is not (QualifiedNameSyntax or MemberAccessExpressionSyntax or BaseNamespaceDeclarationSyntax))
        .Select(n => (file.At(n), Text(n))).Where(n => n.Item2.Length > 0);

    private static string Text(SyntaxNode node) => node switch
    {
        UsingDirectiveSyntax u => u.NamespaceOrType.ToString(),
        _ => node.ToString().Replace("global::", "", StringComparison.Ordinal),
    };
}
