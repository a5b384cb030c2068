using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrchestratorFunctions.Infra.Tests;

/// <summary>What a parameter file makes, as the compiler foretells it: the golden file beside it, which BuildTests keeps true.</summary>
internal sealed record Snapshot(string Name, IReadOnlyList<JsonObject> Resources, JsonObject Outputs)
{
    /// <summary>Parameter files without their ending. The last one is for tests and switches on all there is.</summary>
    public static readonly string[] Files = ["infra/main", "infra/large", "tests/Infra.Tests/every"];

    public static Snapshot Small { get; } = Load(Files[0]);
    public static Snapshot Large { get; } = Load(Files[1]);
    public static Snapshot Every { get; } = Load(Files[2]);
    public static IEnumerable<Snapshot> All => [Small, Large, Every];

    public IEnumerable<JsonObject> Of(string type) => Resources.Where(r => r["type"]!.ToString() == type);

    public JsonObject One(string type) => Of(type).Single();

    public JsonNode Site => One("Microsoft.Web/sites")["properties"]!;

    /// <summary>App settings by name; a value may be an expression that only a deployment can evaluate.</summary>
    public IReadOnlyDictionary<string, string> Settings => Site["siteConfig"]!["appSettings"]!.AsArray().ToDictionary(s => s!["name"]!.ToString(), s => s!["value"]!.ToString());

    /// <summary>Always-ready groups and how many instances each has.</summary>
    public IReadOnlyDictionary<string, int> AlwaysReady =>
        Site["functionAppConfig"]!["scaleAndConcurrency"]!["alwaysReady"]!.AsArray().ToDictionary(a => a!["name"]!.ToString(), a => a!["instanceCount"]!.GetValue<int>());

    /// <summary>The compiler writes outputs in any order; sorted, the diff shows what has changed.</summary>
    public static void Sort(string file)
    {
        var json = JsonNode.Parse(Bicep.Read($"{file}.snapshot.json"))!.AsObject();
        json["outputs"] = new JsonObject(json["outputs"]!.AsObject().OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => KeyValuePair.Create(o.Key, o.Value?.DeepClone())));
        File.WriteAllText(Bicep.PathOf($"{file}.snapshot.json"), json.ToJsonString(Written) + "\n");
    }

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="file">Without its ending, from the root or absolute.</param>
    public static Snapshot Load(string file)
    {
        var json = JsonNode.Parse(Bicep.Read($"{file}.snapshot.json"))!;
        return new(file, [.. json["predictedResources"]!.AsArray().Select(r => r!.AsObject())], json["outputs"]!.AsObject());
    }
}
