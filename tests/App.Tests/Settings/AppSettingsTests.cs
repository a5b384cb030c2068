using Microsoft.Extensions.Configuration;
using OrchestratorFunctions.App.Settings;

namespace OrchestratorFunctions.App.Tests.Settings;

public sealed class AppSettingsTests
{
    private static readonly Dictionary<string, string?> Right = new()
    {
        ["Storage:AccountName"] = "state", ["MySql:User"] = "orchestrator", ["MySql:Password"] = "secret", ["FailureBus:fullyQualifiedNamespace"] = "ns.servicebus.windows.net",
        ["FailureBus:credential"] = "managedidentity", ["FailureBus:clientId"] = "id", ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
    };

    [Fact]
    public void What_the_infrastructure_sets_is_enough()
    {
        var (settings, problems) = Read([]);
        Assert.Empty(problems);
        Assert.Equal("ns.servicebus.windows.net", settings.Bus.FullyQualifiedNamespace);
    }

    [Fact]
    public void Every_problem_is_listed_at_once_each_with_the_parameter_behind_it()
    {
        var (_, problems) = Read(new() { ["MySql:User"] = "", ["Watch:Interval"] = "00:00:00", ["FailureBus:fullyQualifiedNamespace"] = "", ["Recovery:BlockWindow"] = "-00:01:00" });
        Assert.Equal(4, problems.Length);
        Assert.Contains(problems, p => p.StartsWith("MySql:User is empty", StringComparison.Ordinal) && p.EndsWith("(Bicep: mysqlUser)", StringComparison.Ordinal));
        Assert.All(problems, p => Assert.Contains("(Bicep: ", p, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Watch:Intervall", "00:00:01", "there is no such setting")]
    [InlineData("Watch:Interval", "soon", "expected a time")]
    [InlineData("Discovery:Seeds", "db1:3306,db2:what", "Discovery:Seeds 'db2:what': expected host:port")]
    [InlineData("Api:ReadOnly", "maybe", "expected true or false")]
    public void A_setting_that_cannot_be_read_is_named(string key, string value, string says)
    {
        var problem = Assert.Single(Read(new() { [key] = value }).Problems);
        Assert.Contains(key, problem, StringComparison.Ordinal);
        Assert.Contains(says, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Api:Authentication", "Basic", "Api:Password is empty", "(Bicep: apiPassword, apiUser, apiAuthentication)")]
    [InlineData("Api:Password", "secret", "Api:Password is set", "(Bicep: apiPassword, apiAuthentication)")]
    [InlineData("Api:PowerUsers", "dana", "Api:PowerUsers 'dana'", "(Bicep: apiAuthentication, settings)")]
    public void A_sign_in_that_contradicts_itself_stops_the_start(string key, string value, string says, string parameters)
    {
        var problems = Read(new() { [key] = value }).Problems;
        var problem = Assert.Single(problems, p => p.StartsWith(says, StringComparison.Ordinal));
        var named = problem[problem.IndexOf("(Bicep: ", StringComparison.Ordinal)..];
        Assert.Equal(Parts(parameters), Parts(named));
        Assert.DoesNotContain("'secret'", problem, StringComparison.Ordinal);

        static IEnumerable<string> Parts(string list) => list.Split([' ', ',', '(', ')']).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void A_name_that_was_changed_is_read_with_a_warning()
    {
        var (settings, problems) = Read(new() { ["Clean:KeepAudit"] = "40.00:00:00" });
        Assert.Empty(problems);
        Assert.Equal(TimeSpan.FromDays(40), settings.Flow.Retention.KeepAudit);
        Assert.Equal("Clean:KeepAudit is called Retention:KeepAudit by now", Assert.Single(settings.Flow.Warnings));
    }

    [Fact]
    public void A_secret_the_platform_could_not_fetch_stops_the_start_and_is_not_taken_for_a_password()
    {
        var problems = Read(new() { ["MySql:Password"] = "@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/mysql-password)" }).Problems;
        Assert.Contains(problems, p => p.StartsWith("MySql:Password: its Key Vault reference is not resolved", StringComparison.Ordinal));
        Assert.All(problems, p => Assert.DoesNotContain("vault.example", p, StringComparison.Ordinal));
    }

    [Fact]
    public void A_webhook_that_is_wrong_is_named_with_its_parameter_and_not_repeated()
    {
        var problems = Read(new() { ["Hooks:Url"] = "http://hooks.example.com/secret-path", ["Hooks:Secret"] = "secret-key" }).Problems;
        Assert.Contains(problems, p => p.StartsWith("Hooks:Url", StringComparison.Ordinal) && p.EndsWith("(Bicep: hookUrl)", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("Hooks:Secret", StringComparison.Ordinal) && p.EndsWith("(Bicep: hookSecret)", StringComparison.Ordinal));
        Assert.All(problems, p => Assert.DoesNotMatch("secret-(path|key)", p));
    }

    private static (AppSettings Settings, System.Collections.Immutable.ImmutableArray<string> Problems) Read(Dictionary<string, string?> changes)
    {
        var values = new Dictionary<string, string?>(Right);
        foreach (var (key, value) in changes) values[key] = value;
        return AppSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
