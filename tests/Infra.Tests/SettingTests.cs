using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OrchestratorFunctions.Infra.Tests;

public class SettingTests
{
    private static readonly JsonObject Catalogue = JsonNode.Parse(Bicep.Read("infra/settings.json"))!.AsObject();

    public static TheoryData<string> Files => [.. Snapshot.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_app_is_given_every_setting_it_reads_and_nothing_else(string file)
    {
        var snapshot = Snapshot.All.Single(s => s.Name == file);
        var idle = Contract.WatchTimers.Where(t => !snapshot.AlwaysReady.ContainsKey($"function:{t}")).Select(Contract.Disabled);
        var expected = Option.All.Select(o => o.Setting).Concat(Contract.PlatformSettings).Concat(idle);
        Assert.Equal(expected.Order(StringComparer.Ordinal), snapshot.Settings.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_list_of_settings_names_every_option() =>
        Assert.Equal(Option.All.Select(o => o.Key).Order(StringComparer.Ordinal), Catalogue.Select(s => s.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void Behind_every_setting_stands_a_parameter_of_the_template()
    {
        Assert.All(Catalogue, s => Assert.True(Template.Main.Parameters.ContainsKey(s.Value!["parameter"]!.ToString()), $"{s.Key}: there is no parameter {s.Value!["parameter"]}"));
        Assert.All(Catalogue, s => Assert.True(s.Value!["default"] is not null == (s.Value["parameter"]!.ToString() == "settings"), $"{s.Key}: a default stands with what the parameter settings may change"));
    }

    [Fact]
    public void Defaults_are_those_of_the_code()
    {
        var listed = Option.All.Where(o => Catalogue[o.Key]?["default"] is not null).ToArray();
        Assert.NotEmpty(listed);
        Assert.All(listed, o => Assert.Equal(o.Default, Read(o, Catalogue[o.Key]!["default"]!.ToString())));
    }

    [Fact]
    public void What_the_parameter_file_sets_is_what_the_app_gets()
    {
        Assert.Equal("00:00:01", Snapshot.Small.Settings["Watch__Interval"]);
        Assert.Equal("00:00:05", Snapshot.Large.Settings["Watch__Interval"]);
        Assert.Equal("prober", Snapshot.Every.Settings["MySql__User"]);
        Assert.Equal("db1.example.com:3306,db2.example.com:3306", Snapshot.Every.Settings["Discovery__Seeds"]);
    }

    [Fact]
    public void Secrets_come_from_secure_parameters() =>
        Assert.All(Option.All.Where(o => o.IsSecret), o => Assert.Contains(Catalogue[o.Key]!["parameter"]!.ToString(), Template.Main.SecureParameters));

    [Fact]
    public void Secrets_reach_the_app_as_references_to_the_vault()
    {
        var references = Template.Module("vault").Outputs.Where(o => o.Value!["value"]!.ToString().Contains("@Microsoft.KeyVault(SecretUri=", StringComparison.Ordinal)).Select(o => o.Key).ToArray();
        Assert.Contains("apiReference", references);
        // Entra is in front of everything, so that nobody signs in by password there; SignInTests looks at who does.
        Assert.All(Option.All.Where(o => o.IsSecret && o.Key != "Api:Password"), o => Assert.Contains(references, r => Snapshot.Every.Settings[o.Setting].EndsWith($".outputs.{r}.value]", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_an_account_that_replicates_there_is_no_password_of_it() => Assert.Equal("", Snapshot.Small.Settings["MySql__ReplicationPassword"]);

    [Fact]
    public void Without_webhooks_there_is_no_reference_to_their_secrets() =>
        Assert.Equal(("", ""), (Snapshot.Small.Settings["Hooks__Url"], Snapshot.Small.Settings["Hooks__Secret"]));

    private static object? Read(Option option, string text) =>
        option.Property.PropertyType == typeof(string) ? text : TypeDescriptor.GetConverter(option.Property.PropertyType).ConvertFromString(null, CultureInfo.InvariantCulture, text);
}
