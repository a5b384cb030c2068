namespace OrchestratorFunctions.Infra.Tests;

public class BuildTests
{
    private static readonly bool IsRecording = Environment.GetEnvironmentVariable("RECORD_SNAPSHOTS") == "1";

    public static TheoryData<string> Files => [.. Snapshot.Files];

    [Theory]
    [InlineData("infra/main.bicep")]
    [InlineData("infra/modules/storage.bicep")]
    public void A_template_builds_and_lints_without_a_warning(string file)
    {
        var said = Bicep.Run("lint", file);
        Assert.True(said is { Code: 0, Errors: "", Output: "" }, said.Errors + said.Output);
        var built = Bicep.Run("build", file, "--stdout");
        Assert.True(built is { Code: 0, Errors: "" }, built.Errors);
    }

    [Fact]
    public void Rules_of_the_linter_are_errors_or_off()
    {
        var levels = System.Text.RegularExpressions.Regex.Matches(Bicep.Read("infra/bicepconfig.json"), "\"level\": \"(\\w+)\"").Select(m => m.Groups[1].Value);
        Assert.Equal(["error", "off"], levels.Distinct().Order());
    }

    [Fact]
    public void Nothing_is_taken_from_a_registry()
    {
        var files = Directory.EnumerateFiles(Bicep.PathOf("infra"), "*.bicep", SearchOption.AllDirectories);
        Assert.DoesNotContain(files, f => System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(f), "'(br|ts)[:/]"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_parameter_file_builds(string file)
    {
        var said = Bicep.Run("build-params", $"{file}.bicepparam", "--stdout");
        Assert.True(said is { Code: 0, Errors: "" }, said.Errors);
    }

    /// <summary><c>RECORD_SNAPSHOTS=1</c> writes what is foretold now into the files; the review is the diff.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_foretold_is_what_was_recorded(string file)
    {
        var said = Foretold.Run($"{file}.bicepparam", IsRecording ? "overwrite" : "validate");
        Assert.True(said.Code == 0, $"{file}.snapshot.json is not what the template makes; RECORD_SNAPSHOTS=1 writes it anew.\n{said.Output}{said.Errors}");
        if (IsRecording) Snapshot.Sort(file);
    }

    [Theory]
    [InlineData("param settings = { 'Watch:Intervall': '00:00:05' }", "Watch:Intervall")]
    [InlineData("param budgetAmount = 10", "budgetStart")]
    [InlineData("param apiUser = 'dana'\nparam entraClientId = '00000000-0000-0000-0000-000000000003'", "entraClientId")]
    [InlineData("param apiAuthentication = 'Multi'\nparam entraClientId = '00000000-0000-0000-0000-000000000003'", "entraClientId")]
    [InlineData("param apiAuthentication = 'Token'", "'Multi'")]
    [InlineData("param apiAuthentication = 'Basic'", "needs apiUser")]
    [InlineData("param apiAuthentication = 'None'\nparam apiUser = 'dana'", "asks nobody for a password")]
    [InlineData("param apiAuthentication = 'Proxy'\nparam entraClientId = '00000000-0000-0000-0000-000000000003'\nparam apiUser = 'dana'", "asks nobody for a password")]
    [InlineData("param apiAuthentication = 'Multi'\nparam apiUser = 'ReadOnly'", "reads with any password")]
    [InlineData("param settings = { 'Api:PowerUsers': 'dana' }", "nobody has a name")]
    [InlineData("param privateNetwork = true\nparam subnetId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s'", "endpointSubnetId")]
    public void What_cannot_be_meant_stops_the_deployment_and_is_named(string parameters, string named)
    {
        var (said, _) = Foretold.With(parameters);
        Assert.NotEqual(0, said.Code);
        Assert.Contains(named, said.Output + said.Errors, StringComparison.Ordinal);
    }
}
