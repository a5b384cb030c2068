using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrchestratorFunctions.House.Tests;

/// <summary>Inside a room one folder stands on others, never in a ring: who reads the lower one needs nothing of the upper one.</summary>
public class FolderTests
{
    /// <summary>Core decides in one knot of folders still, and the doors keep what all of their folders share at their top.</summary>
    private static readonly string[] Rooms = ["Flow", "MySql", "Storage", "Api", "Hooks"];

    [Fact]
    public void Folders_of_a_room_form_no_ring() =>
        Rooms.SelectMany(Rings).MustBeNone("folders of a room stand on each other in one direction (docs/architecture.md)");

    [Fact]
    public void What_stands_at_the_top_of_a_room_is_used_by_none_of_its_folders() =>
        Rooms.SelectMany(room => Arrows(room).Where(a => a.To.Length == 0)).Select(a => $"{a.At} names {a.Type}, which stands at the top of its room")
            .MustBeNone("the top of a room puts its folders together; what they share has a folder of its own");

    private static IEnumerable<string> Rings(string room)
    {
        var below = Arrows(room).Where(a => a.To.Length > 0).ToLookup(a => a.From);
        return below.Select(from => from.Key).Order(StringComparer.Ordinal)
            .SelectMany(folder => below[folder].Where(a => Reaches(below, a.To, folder)).DistinctBy(a => a.To))
            .Select(a => $"{a.At} names {a.Type} of {a.To}, and {a.To} leads back to {a.From}");
    }

    private static bool Reaches(ILookup<string, Arrow> below, string from, string to)
    {
        var (seen, todo) = (new HashSet<string>(), new Queue<string>([from]));
        while (todo.TryDequeue(out var at))
            foreach (var next in below[at].Select(a => a.To))
                if (next == to) return true;
                else if (seen.Add(next)) todo.Enqueue(next);
        return false;
    }

    // A type is meant where its simple name is written as a name of a type, or in front of a member.
    private static IEnumerable<Arrow> Arrows(string room)
    {
        TreeFile[] files = [.. Tree.Under(".cs", $"functions/{room}/")];
        var types = files.SelectMany(f => Declared(f).Select(name => (Name: name, Folder: FolderOf(f)))).ToLookup(t => t.Name, t => t.Folder);
        return files.Where(f => FolderOf(f).Length > 0).SelectMany(f => Code.Nodes<SimpleNameSyntax>(f).Where(IsOfType)
            .Where(n => types[n.Identifier.Text].ToArray() is [var one] && one != FolderOf(f))
            .Select(n => new Arrow(FolderOf(f), types[n.Identifier.Text].Single(), n.Identifier.Text, f.At(n))));
    }

    private static bool IsOfType(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name && char.IsUpper(name.Identifier.Text[0]),
        InvocationExpressionSyntax or ArgumentSyntax or NameColonSyntax or NameEqualsSyntax or AssignmentExpressionSyntax => false,
        _ => true,
    };

    private static IEnumerable<string> Declared(TreeFile file) => Code.Nodes<BaseTypeDeclarationSyntax>(file)
        .Where(t => t.Parent is BaseNamespaceDeclarationSyntax).Select(t => t.Identifier.Text);

    private static string FolderOf(TreeFile file) => file.Path.Split('/') is { Length: > 3 } parts ? parts[2] : "";

    private sealed record Arrow(string From, string To, string Type, string At);
}
