using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrchestratorFunctions.Infra.Tests;

public partial class SecretTests
{
    [Fact]
    public void A_secret_parameter_flows_into_the_vault_alone() =>
        Assert.All(Template.All.SelectMany(t => t.SecureParameters.SelectMany(p => Uses(t, p))), use => Assert.True(use.IsRight, use.Says));

    [Fact]
    public void Every_secret_parameter_is_kept_in_the_vault()
    {
        var kept = Template.Module("vault").Resources.Where(r => r.Type == "Microsoft.KeyVault/vaults/secrets").Select(r => r.Json["properties"]!["value"]!.ToString());
        Assert.Equal(Template.Main.SecureParameters.Select(p => $"[parameters('{p}')]").Order(), kept.Order());
    }

    [Fact]
    public void No_key_is_asked_for() =>
        Assert.All(Template.All, t => Assert.DoesNotMatch(ListOfKeys(), t.Json.ToJsonString()));

    [Fact]
    public void Outputs_hold_no_secret() =>
        Assert.All(Template.All.SelectMany(t => t.Outputs.Select(o => (t.File, o.Key, Value: o.Value!["value"]!.ToString()))),
            o => Assert.DoesNotMatch(Secretive(), AllowedInOutputs().Replace(o.Value, "")));

    [Fact]
    public void No_secret_shows_in_what_is_foretold() =>
        Assert.All(Snapshot.Every.Resources, r => Assert.DoesNotContain("secret-of-", r.ToJsonString(), StringComparison.Ordinal));

    private sealed record Use(bool IsRight, string Says);

    // A condition tells only whether there is a secret; a module may take it where its own parameter is secure too.
    private static IEnumerable<Use> Uses(Template template, string parameter)
    {
        var text = $"parameters('{parameter}')";
        foreach (var (name, json) in template.Calls)
            foreach (var given in json["properties"]!["parameters"]!.AsObject().Where(g => g.Value!.ToJsonString().Contains(Escaped(text), StringComparison.Ordinal)))
                yield return new(json["properties"]!["template"]!["parameters"]![given.Key]!["type"]!.ToString() == "securestring", $"{template.File}: {parameter} is given to {name} as {given.Key}, which is not secure");
        foreach (var resource in template.Resources)
        {
            var rest = resource.Json.DeepClone().AsObject();
            rest.Remove("condition");
            if (rest.ToJsonString().Contains(Escaped(text), StringComparison.Ordinal)) yield return new(resource.Type == "Microsoft.KeyVault/vaults/secrets", $"{template.File}: {parameter} is in {resource.Type}");
        }
        foreach (var part in new[] { "outputs", "variables" })
            if (template.Json[part]?.ToJsonString().Contains(Escaped(text), StringComparison.Ordinal) == true) yield return new(false, $"{template.File}: {parameter} is in {part}");
    }

    private static string Escaped(string text) => JsonValue.Create(text).ToJsonString().Trim('"');

    [GeneratedRegex(@"\blist\w*\(", RegexOptions.IgnoreCase)]
    private static partial Regex ListOfKeys();

    [GeneratedRegex("password|secret|accountKey|sharedAccess|connectionString", RegexOptions.IgnoreCase)]
    private static partial Regex Secretive();

    // References to secrets open nothing, and neither does the address telemetry is sent to while local authentication is off.
    [GeneratedRegex(@"^\[format\('@Microsoft\.KeyVault\(SecretUri=[^\]]*\]$|^\[reference\('insights'\)\.ConnectionString\]$")]
    private static partial Regex AllowedInOutputs();
}
