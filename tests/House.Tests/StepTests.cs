using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

public class StepTests
{
    private const string Steps = "functions/Core/Planning/Steps/", Stepping = "functions/MySql/Stepping/", Wording = "functions/MySql/Wording/", Running = "functions/Core/Running/";

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
        HashSet<string> named = [.. Names(Stepping), .. Names(Wording)];
        Of("ServerStep").Where(v => !named.Contains(v.Name)).Select(v => $"{v.At} {v.Name}").MustBeNone($"every step on a server has its statements in {Wording}, or is carried out by {Stepping}");
        Of("MarkStep").Where(v => !Names(Running).Contains("MarkStep")).Select(v => $"{v.At} {v.Name}").MustBeNone($"marks are kept by {Running}");
    }

    private static HashSet<string> Names(string folder) =>
        Tree.Under(".cs", folder).SelectMany(Code.Nodes<IdentifierNameSyntax>).Select(i => i.Identifier.Text).ToHashSet();

    private static IEnumerable<(string Name, string At)> Verbs => Of("ServerStep").Concat(Of("MarkStep")).Concat(Of("PlanStep"));

    private static IEnumerable<(string Name, string At)> Of(string kind) => Tree.Under(".cs", Steps).SelectMany(f => Code.Nodes<RecordDeclarationSyntax>(f)
        .Where(r => !r.Modifiers.Any(SyntaxKind.AbstractKeyword) && r.BaseList?.Types.OfType<PrimaryConstructorBaseTypeSyntax>().Any(t => t.Type.ToString() == kind) == true)
        .Select(r => (r.Identifier.Text, f.At(r))));
}
