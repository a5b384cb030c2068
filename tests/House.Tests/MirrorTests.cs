namespace OrchestratorFunctions.House.Tests;

public class MirrorTests
{
    private static readonly string[] Deciding = ["Refusing", "Naming", "Analyzing", "Gating", "Planning", "Rehearsing", "Explaining", "Positions", "Leasing", "Stepping", "Watching", "Examining"];

    [Fact]
    public void Tests_stand_where_their_sources_stand() =>
        Tree.Under("Tests.cs", "tests/").Where(f => Exceptions.Suites.Covering(f.Path) is null && !Tree.Has(SourceOf(f)))
            .Select(f => $"{f.Path}: there is no {SourceOf(f)}")
            .MustBeNone("XTests.cs tests X.cs of the same folder; suites that test more stand in Exceptions.Suites");

    [Fact]
    public void Suites_exist() =>
        Exceptions.Suites.Keys.Where(s => !Tree.Has(s)).Select(s => $"Exceptions.cs: {s} does not exist").MustBeNone("an exception names something that exists");

    [Fact]
    public void What_decides_is_tested() =>
        Deciders.Where(f => !Tree.Has(TestOf(f)) && Exceptions.TestedElsewhere.Covering(f.Path) is null)
            .Select(f => $"{f.Path}: there is no {TestOf(f)}")
            .Concat(Exceptions.TestedElsewhere.Where(e => !Tree.Has(e.Key) || !Tree.Has(e.Value) || Tree.Has(TestOf(new TreeFile(e.Key))))
                .Select(e => $"Exceptions.cs: {e.Key} is tested by {e.Value}: one of them does not exist, or the first has tests of its own"))
            .MustBeNone("a source that decides has a test file, or stands in Exceptions.TestedElsewhere with the file that tests it");

    // A file of enumerations, constants or plain records decides nothing.
    private static IEnumerable<TreeFile> Deciders => Tree.Under(".cs", [.. Deciding.Select(d => $"functions/Core/{d}/")])
        .Where(f => !f.Path.StartsWith("functions/Core/Planning/Steps/", StringComparison.Ordinal) && Code.Decides(f));

    private static string SourceOf(TreeFile test) =>
        test.Path.Replace("tests/", "functions/", StringComparison.Ordinal).Replace($"/{test.Room}/", $"/{test.Room[..^".Tests".Length]}/", StringComparison.Ordinal)[..^"Tests.cs".Length] + ".cs";

    private static string TestOf(TreeFile source) =>
        source.Path.Replace("functions/", "tests/", StringComparison.Ordinal).Replace("/Core/", "/Core.Tests/", StringComparison.Ordinal)[..^".cs".Length] + "Tests.cs";
}
