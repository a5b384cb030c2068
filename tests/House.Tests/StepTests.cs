using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

public class StepTests
{
    private const string Steps = "functions/Core/Planning/Steps/", Stepping = "functions/MySql/Stepping/";

    [Fact]
    public void Every_step_can_be_stored()
    {
        var listed = Code.Nodes<AttributeSyntax>(Tree.Find(Steps + "PlanStep.cs")!).Where(a => a.Name.ToString() == "JsonDerivedType")
            .SelectMany(a => a.DescendantNodes().OfType<TypeOfExpressionSyntax>()).Select(t => t.Type.ToString()).ToHashSet();
        Verbs.Where(v => !listed.Contains(v.Name)).Select(v => $"{v.At} {v.Name}").MustBeNone($"every step stands in the JsonDerivedType list of {Steps}PlanStep.cs");
    }

    [Fact]
    public void Every_step_can_be_carried_out()
    {
        var named = Tree.Under(".cs", Stepping).SelectMany(Code.Nodes<IdentifierNameSyntax>).Select(i => i.Identifier.Text).ToHashSet();
        Verbs.Where(v => !named.Contains(v.Name)).Select(v => $"{v.At} {v.Name}").MustBeNone($"every step has its statements in {Stepping}");
    }

    private static IEnumerable<(string Name, string At)> Verbs => Tree.Under(".cs", Steps).SelectMany(f => Code.Nodes<RecordDeclarationSyntax>(f)
        .Where(r => !r.Modifiers.Any(SyntaxKind.AbstractKeyword) && r.BaseList?.Types.Any(t => t.Type.ToString() == "PlanStep") == true).Select(r => (r.Identifier.Text, f.At(r))));
}
