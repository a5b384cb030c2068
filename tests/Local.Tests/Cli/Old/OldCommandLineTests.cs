using System.Text;
using OrchestratorFunctions.Local.Cli.Old;

namespace OrchestratorFunctions.Local.Tests.Cli.Old;

public sealed class OldCommandLineTests
{
    [Theory]
    [InlineData("", "", "", null)]
    [InlineData("", "", "ann", "Basic ann:geheim")]
    [InlineData("", "orc_1", "ann", "Bearer orc_1")]
    [InlineData("", "orc_1\n", "", "Bearer orc_1")]
    [InlineData("ben:x:y", "orc_1", "ann", "Basic ben:x:y")]
    public void Who_asks_is_said_by_the_command_line_else_by_a_token_else_by_a_password(string auth, string token, string user, string? expected)
    {
        var (given, _) = OldArguments.Read(["-c", "clusters", .. auth.Length > 0 ? (string[])["-auth", auth] : []]);
        var header = OldCommandLine.SignInOf(given!, name => name switch
        {
            "ORCHESTRATOR_API_TOKEN" => token,
            "ORCHESTRATOR_AUTH_USER" => user,
            "ORCHESTRATOR_AUTH_PASSWORD" => "geheim",
            _ => "",
        });
        var said = header?.Scheme == "Basic" ? $"Basic {Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!))}" : header?.ToString();
        Assert.Equal(expected, said);
    }
}
