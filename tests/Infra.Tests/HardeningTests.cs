using System.Text.Json.Nodes;

namespace OrchestratorFunctions.Infra.Tests;

public class HardeningTests
{
    private const string Storage = "Microsoft.Storage/storageAccounts", Vault = "Microsoft.KeyVault/vaults", Bus = "Microsoft.ServiceBus/namespaces", Site = "Microsoft.Web/sites";

    public static TheoryData<string> Files => [.. Snapshot.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_speaks_an_older_TLS_than_1_2(string file)
    {
        string[] right = ["TLS1_2", "TLS1_3", "1.2", "1.3"];
        var snapshot = Of(file);
        Assert.Contains(At(snapshot, Storage, "minimumTlsVersion"), right);
        Assert.Contains(At(snapshot, Bus, "minimumTlsVersion"), right);
        Assert.Contains(snapshot.Site["siteConfig"]!["minTlsVersion"]!.ToString(), right);
        Assert.Contains(snapshot.Site["siteConfig"]!["scmMinTlsVersion"]!.ToString(), right);
        Assert.All(snapshot.Resources.SelectMany(Properties).Where(p => p.Name.Contains("tls", StringComparison.OrdinalIgnoreCase)), p => Assert.Contains(p.Value, right));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_answers_without_TLS(string file)
    {
        Assert.Equal("true", At(Of(file), Storage, "supportsHttpsTrafficOnly"));
        Assert.Equal("true", At(Of(file), Site, "httpsOnly"));
        Assert.Equal("Disabled", Of(file).Site["siteConfig"]!["ftpsState"]!.ToString());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_is_opened_by_a_key(string file)
    {
        var snapshot = Of(file);
        Assert.Equal("false", At(snapshot, Storage, "allowSharedKeyAccess"));
        Assert.Equal("false", At(snapshot, Storage, "allowBlobPublicAccess"));
        Assert.Equal("true", At(snapshot, Bus, "disableLocalAuth"));
        Assert.Equal("true", At(snapshot, "Microsoft.Insights/components", "DisableLocalAuth"));
        Assert.Equal("true", snapshot.One("Microsoft.OperationalInsights/workspaces")["properties"]!["features"]!["disableLocalAuth"]!.ToJsonString());
        Assert.Equal("true", At(snapshot, Vault, "enableRbacAuthorization"));
        var policies = snapshot.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToArray();
        Assert.Equal(["ftp", "scm"], policies.Select(p => p["name"]!.ToString().Split('/')[^1]).Order());
        Assert.All(policies, p => Assert.Equal("false", p["properties"]!["allow"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("infra/main", "Enabled", "Allow", "Standard", 0)]
    [InlineData("infra/large", "Disabled", "Deny", "Premium", 5)]
    [InlineData("tests/Infra.Tests/every", "Disabled", "Deny", "Premium", 5)]
    public void One_switch_closes_the_public_network_and_opens_private_endpoints(string file, string access, string action, string tier, int endpoints)
    {
        var snapshot = Of(file);
        Assert.All([Storage, Vault, Bus], type => Assert.Equal(access, At(snapshot, type, "publicNetworkAccess")));
        Assert.All([Storage, Vault], type => Assert.Equal(action, snapshot.One(type)["properties"]!["networkAcls"]!["defaultAction"]!.ToString()));
        Assert.Equal(tier, snapshot.One(Bus)["sku"]!["tier"]!.ToString());
        Assert.Equal(endpoints, snapshot.Of("Microsoft.Network/privateEndpoints").Count());
        Assert.Equal(endpoints, snapshot.Of("Microsoft.Network/privateDnsZones").Count());
        Assert.Equal(endpoints, snapshot.Of("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count());
        Assert.Equal(endpoints, snapshot.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count());
        Assert.Equal(endpoints > 0, snapshot.Site["virtualNetworkSubnetId"] is not null);
    }

    [Fact]
    public void Private_endpoints_lead_to_all_the_app_uses() =>
        Assert.Equal(["blob", "namespace", "queue", "table", "vault"],
            Snapshot.Every.Of("Microsoft.Network/privateEndpoints").SelectMany(e => e["properties"]!["privateLinkServiceConnections"]!.AsArray()).Select(c => c!["properties"]!["groupIds"]![0]!.ToString()).Order());

    [Fact]
    public void Whoever_is_not_allowed_is_kept_out()
    {
        Assert.Equal("Allow", Snapshot.Small.Site["siteConfig"]!["ipSecurityRestrictionsDefaultAction"]!.ToString());
        Assert.Equal("Deny", Snapshot.Every.Site["siteConfig"]!["ipSecurityRestrictionsDefaultAction"]!.ToString());
        Assert.Equal("true", Snapshot.Every.Site["siteConfig"]!["scmIpSecurityRestrictionsUseMain"]!.ToJsonString());
        Assert.Equal("true", Snapshot.Every.One("Microsoft.Web/sites/config")["properties"]!["globalValidation"]!["requireAuthentication"]!.ToJsonString());
    }

    private static Snapshot Of(string file) => Snapshot.All.Single(s => s.Name == file);

    private static string At(Snapshot snapshot, string type, string property) => snapshot.One(type)["properties"]![property] switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        { } other => other.ToJsonString(),
        null => $"{type} does not set {property}",
    };

    private static IEnumerable<(string Name, string Value)> Properties(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p.Value is JsonValue ? [(p.Key, p.Value.ToString())] : Properties(p.Value)),
        JsonArray a => a.SelectMany(Properties),
        _ => [],
    };
}
