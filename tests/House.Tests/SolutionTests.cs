using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrchestratorFunctions.House.Tests;

public partial class SolutionTests
{
    private const string Solution = "OrchestratorFunctions.sln";

    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Core"] = [],
        ["Flow"] = ["Core"],
        ["MySql"] = ["Flow"],
        ["Storage"] = ["Flow"],
        ["Api"] = ["Flow"],
        ["Hooks"] = ["Flow"],
        ["Local"] = ["Api", "Hooks", "MySql", "Storage"],
        ["App"] = ["Api", "Contracts", "Hooks", "MySql", "Storage"],
        ["Contracts"] = [],
    };

    /// <summary>Namespaces a room must not know; the same goes for packages.</summary>
    private static readonly Dictionary<string, string[]> Unknown = new()
    {
        ["Core"] =
        [
            "System.IO", "System.Net", "System.Threading", "System.Diagnostics.Process", "System.Data", "Microsoft.Extensions", "Microsoft.AspNetCore",
            "Microsoft.Azure", "Azure", "MySqlConnector", "OrchestratorFunctions.Flow",
        ],
        ["Flow"] = ["MySqlConnector", "Azure", "Microsoft.Azure", "Microsoft.AspNetCore", "System.Net.Sockets", "System.IO"],
        ["MySql"] = ["Azure", "Microsoft.Azure", "Microsoft.AspNetCore"],
        ["Storage"] = ["MySqlConnector", "Microsoft.AspNetCore", "Microsoft.Azure"],
        ["Api"] = ["Azure", "MySqlConnector", "Microsoft.Azure"],
        ["Hooks"] = ["Azure", "MySqlConnector", "Microsoft.Azure", "Microsoft.AspNetCore"],
        ["Local"] = ["Microsoft.Azure.Functions", "Microsoft.DurableTask"],
    };

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var listed = ProjectLine().Matches(Tree.Find(Solution)!.Text).Select(m => m.Groups[1].Value.Replace('\\', '/')).ToHashSet();
        Projects.Where(p => !listed.Contains(p.Path)).Select(p => $"{p.Path}: is not in {Solution}; dotnet sln {Solution} add -s {p.Path.Split('/')[0]} {p.Path}")
            .Concat(listed.Where(p => !Tree.Has(p)).Select(p => $"{Solution}: {p} does not exist"))
            .MustBeNone("every project is in the solution");
    }

    [Fact]
    public void Rooms_reference_only_the_rooms_below_them() =>
        Rooms.Where(p => !References(p).SequenceEqual(Arrows.GetValueOrDefault(p.Room, [])))
            .Select(p => $"{p.Path}: references [{string.Join(", ", References(p))}], right is [{string.Join(", ", Arrows.GetValueOrDefault(p.Room, []))}]")
            .MustBeNone("arrows point down: App, Local -> Api, Hooks, MySql, Storage -> Flow -> Core; Contracts only from App");

    [Fact]
    public void Rooms_do_not_name_what_they_must_not_know() =>
        Tree.Under(".cs", "functions/").Where(f => Unknown.ContainsKey(f.Room))
            .SelectMany(f => Names.In(f).Where(n => Unknown[f.Room].Any(u => IsIn(n.Name, u))).Select(n => $"{n.At} {n.Name}"))
            .MustBeNone("a room names nothing of the world it is kept apart from (docs/architecture.md)");

    [Fact]
    public void Rooms_take_no_package_they_must_not_know() =>
        Rooms.Where(p => Unknown.ContainsKey(p.Room))
            .SelectMany(p => Includes(p, "PackageReference").Where(r => Unknown[p.Room].Any(u => IsIn(r, u))).Select(r => $"{p.Path}: {r}"))
            .MustBeNone("a room takes no package of the world it is kept apart from (docs/architecture.md)");

    [Fact]
    public void Versions_of_packages_stand_in_one_place() =>
        Projects.SelectMany(p => XDocument.Parse(p.Text).Descendants("PackageReference").Where(r => r.Attribute("Version") is not null).Select(r => $"{p.Path}: {r.Attribute("Include")?.Value}"))
            .MustBeNone("versions stand in Directory.Packages.props");

    private static IEnumerable<TreeFile> Projects => Tree.Under(".csproj", "functions/", "tests/");
    private static IEnumerable<TreeFile> Rooms => Tree.Under(".csproj", "functions/");

    private static IEnumerable<string> References(TreeFile project) =>
        Includes(project, "ProjectReference").Select(r => r.Split('/')[^2]).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Includes(TreeFile project, string element) =>
        XDocument.Parse(project.Text).Descendants(element).Select(r => r.Attribute("Include")?.Value ?? "").Where(i => i.Length > 0);

    private static bool IsIn(string name, string parent) => name == parent || name.StartsWith(parent + ".", StringComparison.Ordinal);

    [GeneratedRegex(@"^Project\([^)]*\) = ""[^""]*"", ""([^""]+\.csproj)""", RegexOptions.Multiline)]
    private static partial Regex ProjectLine();
}
