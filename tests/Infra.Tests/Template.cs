using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Infra.Tests;

/// <summary>A resource as the compiled template declares it.</summary>
internal sealed record Declared(string Type, JsonObject Json);

/// <summary>One compiled Bicep file: main or a module.</summary>
internal sealed partial record Template(string File, JsonObject Json)
{
    private const string Deployment = "Microsoft.Resources/deployments";

    private static readonly Lazy<IReadOnlyList<Template>> Compiled = new(() => [.. Walk(new Template("infra/main.bicep", Compile("infra/main.bicep")))]);

    /// <summary>main.bicep and the modules below it; a module that is used twice is here twice.</summary>
    public static IReadOnlyList<Template> All => Compiled.Value;

    public static Template Main => All[0];

    public static Template Module(string name) => All.First(t => t.File == $"infra/modules/{name}.bicep");

    public JsonObject Parameters => Json["parameters"]?.AsObject() ?? [];

    public JsonObject Outputs => Json["outputs"]?.AsObject() ?? [];

    public IEnumerable<string> SecureParameters => Parameters.Where(p => p.Value!["type"]!.ToString().StartsWith("secure", StringComparison.OrdinalIgnoreCase)).Select(p => p.Key);

    /// <summary>What it creates itself; modules and what exists already are left out.</summary>
    public IEnumerable<Declared> Resources => Entries.Where(r => r.Json["existing"]?.GetValue<bool>() != true && r.Type != Deployment).Select(r => new Declared(r.Type, r.Json));

    /// <summary>The deployments by which it calls its modules, by symbolic name.</summary>
    public IEnumerable<(string Name, JsonObject Json)> Calls => Entries.Where(r => r.Type == Deployment).Select(r => (r.Name, r.Json));

    private IEnumerable<(string Name, string Type, JsonObject Json)> Entries => (Json["resources"] switch
    {
        JsonObject named => named.Select(r => (Name: r.Key, Json: r.Value!.AsObject())),
        JsonArray list => list.Select(r => (Name: "", Json: r!.AsObject())),
        _ => [],
    }).Select(r => (r.Name, r.Json["type"]!.ToString(), r.Json));

    private static IEnumerable<Template> Walk(Template template)
    {
        var files = Call().Matches(Bicep.Read(template.File)).ToDictionary(m => m.Groups[1].Value, m => Beside(template.File, m.Groups[2].Value));
        return template.Calls.SelectMany(c => Walk(new Template(files[c.Name], c.Json["properties"]!["template"]!.AsObject()))).Prepend(template);
    }

    private static string Beside(string file, string path) => Path.GetRelativePath(Bicep.Root, Path.GetFullPath(Path.Combine(Bicep.Root, Path.GetDirectoryName(file)!, path)));

    private static JsonObject Compile(string file)
    {
        var said = Bicep.Run("build", file, "--stdout");
        Assert.True(said.Code == 0, said.Errors);
        return JsonNode.Parse(said.Output)!.AsObject();
    }

    [GeneratedRegex(@"^module (\w+) '([^']+)'", RegexOptions.Multiline)]
    private static partial Regex Call();
}
