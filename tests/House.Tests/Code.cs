using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

/// <summary>Questions about parsed sources.</summary>
internal static class Code
{
    public static IEnumerable<T> Nodes<T>(TreeFile file) where T : SyntaxNode => file.Syntax.DescendantNodes().OfType<T>();

    /// <summary>It decides something: a condition, a loop, or a function over values.</summary>
    public static bool Decides(TreeFile file) => file.Syntax.DescendantNodes().Any(n =>
        n is IfStatementSyntax or ConditionalExpressionSyntax or SwitchStatementSyntax or SwitchExpressionSyntax or LambdaExpressionSyntax
            or WhileStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax
        || n.Kind() is SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression or SyntaxKind.CoalesceExpression);

    /// <summary>Members of a type by simple name, like DateTime.UtcNow, however it is qualified.</summary>
    public static IEnumerable<string> Uses(TreeFile file, string type, params string[] members) =>
        Nodes<MemberAccessExpressionSyntax>(file)
            .Where(m => members.Contains(m.Name.Identifier.Text) && m.Expression.ToString() is var on && (on == type || on.EndsWith("." + type, StringComparison.Ordinal)))
            .Select(m => $"{file.At(m)} {m}");

    /// <summary>Properties others can set from outside.</summary>
    public static IEnumerable<PropertyDeclarationSyntax> Settable(TypeDeclarationSyntax type) =>
        type.Members.OfType<PropertyDeclarationSyntax>().Where(p => p.Modifiers.Any(SyntaxKind.PublicKeyword) && !p.Modifiers.Any(SyntaxKind.StaticKeyword)
            && p.AccessorList?.Accessors.Any(a => a.Keyword.Kind() is SyntaxKind.SetKeyword or SyntaxKind.InitKeyword && a.Modifiers.Count == 0) == true);

    /// <summary>The value of a string constant of a type, null when it has none of that name.</summary>
    public static string? Constant(TypeDeclarationSyntax type, string name) =>
        type.Members.OfType<FieldDeclarationSyntax>().Where(f => f.Modifiers.Any(SyntaxKind.ConstKeyword)).SelectMany(f => f.Declaration.Variables)
            .Where(v => v.Identifier.Text == name).Select(v => (v.Initializer?.Value as LiteralExpressionSyntax)?.Token.ValueText).FirstOrDefault();
}
