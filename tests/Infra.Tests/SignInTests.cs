namespace OrchestratorFunctions.Infra.Tests;

public class SignInTests
{
    private const string Entra = "param entraClientId = '00000000-0000-0000-0000-000000000003'\n";
    private const string Password = "param apiUser = 'dana'\nparam apiPassword = 'secret-of-dana'\n";

    // The header a proxy names the user in is anybody's to write where Entra is not in front.
    [Theory]
    [InlineData("", "None")]
    [InlineData(Entra, "Proxy")]
    [InlineData(Password, "Basic")]
    [InlineData("param apiUser = 'dana'", "Basic")]
    [InlineData(Password + "param apiAuthentication = 'Multi'", "Multi")]
    [InlineData("param apiAuthentication = 'Proxy'", "Proxy")]
    [InlineData(Entra + "param apiAuthentication = 'None'", "None")]
    public void Who_calls_is_known_by_what_is_in_front(string parameters, string method) => Assert.Equal(method, Made(parameters).Settings["Api__Authentication"]);

    [Fact]
    public void The_parameter_files_ask_for_no_password_and_trust_no_header_unless_Entra_is_in_front() =>
        Assert.Equal(["None", "None", "Proxy"], Snapshot.All.Select(s => s.Settings["Api__Authentication"]));

    [Fact]
    public void A_password_reaches_the_app_as_a_reference_to_the_vault_and_shows_nowhere()
    {
        var made = Made(Password);
        Assert.Equal("dana", made.Settings["Api__User"]);
        Assert.EndsWith(".outputs.apiReference.value]", made.Settings["Api__Password"], StringComparison.Ordinal);
        // Without a new one the secret that is there stays.
        var secret = Assert.Single(made.Of("Microsoft.KeyVault/vaults/secrets"), s => s["name"]!.ToString().EndsWith("/api-password", StringComparison.Ordinal));
        Assert.Equal("[not(empty(parameters('apiPassword')))]", secret["condition"]!.ToString());
        Assert.All(made.Resources.Append(made.Outputs), part => Assert.DoesNotContain("secret-of-", part.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_user_without_a_new_password_signs_in_with_the_one_in_the_vault() =>
        Assert.EndsWith(".outputs.apiReference.value]", Made("param apiUser = 'dana'").Settings["Api__Password"], StringComparison.Ordinal);

    [Fact]
    public void Without_a_user_there_is_no_password_of_theirs() => Assert.All(Snapshot.All, s => Assert.Equal(("", ""), (s.Settings["Api__User"], s.Settings["Api__Password"])));

    [Theory]
    [InlineData("", "Api:Operators names users, and nobody has a name")]
    [InlineData(Password, "Api:Operators has no meaning while Api:PowerUsers is *")]
    public void Operators_that_would_stop_the_app_stop_the_deployment(string parameters, string problem)
    {
        var (said, snapshot) = Foretold.With(parameters + "param settings = { 'Api:Operators': 'ann', 'Api:PowerUsers': '" + (parameters.Length > 0 ? "*" : "") + "' }\n");
        Assert.Null(snapshot);
        Assert.Contains(problem, said.Output + said.Errors, StringComparison.Ordinal);
    }

    private static Snapshot Made(string parameters)
    {
        var (said, snapshot) = Foretold.With(parameters);
        Assert.True(snapshot is not null, said.Output + said.Errors);
        return snapshot;
    }
}
