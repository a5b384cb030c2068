using MySqlConnector;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.MySql.Tests.Settings;

public sealed class MySqlOptionsTests
{
    [Fact]
    public void Good_options_have_no_problems() => Assert.Empty(Fleets.Options.Problems());

    [Fact]
    public void Every_problem_is_named_at_once_with_what_would_be_right()
    {
        var options = new MySqlOptions
        {
            ReplicationPassword = "x", SslMode = (MySqlSslMode)99, CertificateAuthorityFile = "/nowhere/ca.pem",
            HeartbeatInterval = TimeSpan.Zero, FullProbeEvery = 0, DataCenterQuery = "SELECT 1; DROP", RegionQuery = "SELECT 1;",
        };
        var problems = options.Problems();
        foreach (var setting in new[] { "User", "ReplicationPassword", "SslMode", "CertificateAuthorityFile", "HeartbeatInterval", "FullProbeEvery", "DataCenterQuery", "RegionQuery" })
            Assert.Contains(problems, p => p.StartsWith("MySql:" + setting, StringComparison.Ordinal));
        Assert.Equal(8, problems.Length);
    }

    [Fact]
    public void The_text_never_shows_passwords()
    {
        var text = (Fleets.Options with { Password = "s3cret", ReplicationPassword = "s3cret2" }).ToString();
        Assert.Contains("orchestrator", text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
    }
}
