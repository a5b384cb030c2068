using OrchestratorFunctions.Local.Settings;

namespace OrchestratorFunctions.Local.Tests.Settings;

public sealed class LocalSettingsTests
{
    private static readonly string[] Accounts = ["MySql:User=orchestrator", "MySql:Password=secret"];

    [Fact]
    public void With_the_accounts_alone_the_defaults_are_right_and_storage_is_emulated()
    {
        var (settings, problems) = LocalSettings.Read(null, Accounts);
        Assert.Empty(problems);
        Assert.True(settings.NeedsEmulator);
        Assert.Equal("orchestrator", settings.MySql.User);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_the_command_line_over_both()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{ "Watch": { "Interval": "00:00:02", "ProbeTimeout": "00:00:02", "LeaseLength": "00:00:20" } }""");
            Environment.SetEnvironmentVariable("ORCHESTRATOR_Watch__ProbeTimeout", "00:00:03");
            Environment.SetEnvironmentVariable("ORCHESTRATOR_Watch__LeaseLength", "00:00:30");
            var (settings, problems) = LocalSettings.Read(file, [.. Accounts, "Watch:LeaseLength=00:00:40"]);
            Assert.Empty(problems);
            Assert.Equal((2, 3, 40), (settings.Flow.Watch.Interval.Seconds, settings.Flow.Watch.ProbeTimeout.Seconds, settings.Flow.Watch.LeaseLength.Seconds));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ORCHESTRATOR_Watch__ProbeTimeout", null);
            Environment.SetEnvironmentVariable("ORCHESTRATOR_Watch__LeaseLength", null);
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("ORCHESTRATOR_STATE")]
    [InlineData("ORCHESTRATOR_API")]
    [InlineData("ORCHESTRATOR_API_TOKEN")]
    [InlineData("ORCHESTRATOR_AUTH_USER")]
    [InlineData("ORCHESTRATOR_AUTH_PASSWORD")]
    public void Variables_that_are_meant_for_the_scripts_and_for_orchestrators_client_are_no_settings(string name)
    {
        var before = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, before ?? Path.GetTempPath());
        try
        {
            Assert.Empty(LocalSettings.Read(null, Accounts).Problems);
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, before);
        }
    }

    [Theory]
    [InlineData("Watch:Vantage '': expected the name of the place", "Detection:Vantages=2")]
    [InlineData("Watch:Vantage 'a/b': expected up to 60 letters", "Watch:Vantage=a/b")]
    [InlineData("Detection:Vantages '0': expected 1 to 9", "Detection:Vantages=0")]
    [InlineData(null, "Detection:Vantages=2", "Watch:Vantage=eu-west_1.a")]
    public void Vantage_points_that_agree_have_names(string? problem, params string[] settings)
    {
        var (_, problems) = LocalSettings.Read(null, [.. Accounts, .. settings]);
        if (problem is null) Assert.Empty(problems);
        else Assert.Contains(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_webhook_that_is_wrong_is_named_and_not_repeated()
    {
        var (_, problems) = LocalSettings.Read(null, [.. Accounts, "Hooks:Url=http://hooks.example.com/secret-path", "Hooks:Secret=secret-key", "Hooks:Events=all"]);
        Assert.Equal(["Hooks:Url", "Hooks:Secret", "Hooks:Events"], problems.Select(p => p.Split(' ', ',')[0]));
        Assert.All(problems, p => Assert.DoesNotMatch("secret-(path|key)", p));
    }

    [Fact]
    public void A_secret_from_a_file_may_end_with_a_line_break()
    {
        var (settings, problems) = LocalSettings.Read(null, ["MySql:User=orchestrator", "MySql:Password=sec ret \n", "Api:Authentication=Basic", "Api:User=dana", "Api:Password=geheim\r\n"]);
        Assert.Empty(problems);
        Assert.Equal(("sec ret ", "geheim"), (settings.MySql.Password, settings.Api.Password));
    }

    [Fact]
    public void A_name_that_was_changed_is_read_with_a_warning_and_the_new_one_counts_first()
    {
        var (settings, problems) = LocalSettings.Read(null, [.. Accounts, "Clean:KeepAudit=40.00:00:00", "Clean:KeepRecoveries=50.00:00:00", "Retention:KeepAudit=60.00:00:00"]);
        Assert.Empty(problems);
        Assert.Equal((TimeSpan.FromDays(60), TimeSpan.FromDays(50)), (settings.Flow.Retention.KeepAudit, settings.Flow.Retention.KeepRecoveries));
        Assert.Equal(["Clean:KeepAudit is called Retention:KeepAudit by now", "Clean:KeepRecoveries is called Retention:KeepRecoveries by now"], settings.Flow.Warnings);
        Assert.StartsWith("Retention:KeepAudit '00:00:01'", Assert.Single(LocalSettings.Read(null, [.. Accounts, "Clean:KeepAudit=00:00:01"]).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var (_, problems) = LocalSettings.Read(null, [.. Accounts, "Watch:Interval=soon", "Detection:MissedHeartbeats=none", "Serve:Urls=x", "nothing"]);
        Assert.Equal(4, problems.Length);
    }

    [Theory]
    [InlineData("Watch:Interval=00:00:00.05")]
    [InlineData("Watch:LeaseLength=00:00:01")]
    [InlineData("Detection:SilenceConfirmation=00:00:00")]
    [InlineData("Detection:MissedHeartbeats=0")]
    [InlineData("Recovery:StepTimeout=00:00:00")]
    [InlineData("Recovery:FenceTimeout=01:00:00")]
    [InlineData("Recovery:Events=Never")]
    [InlineData("Takeover:WriteBlockLimit=00:00:00")]
    [InlineData("Takeover:LagLimitSeconds=-1")]
    [InlineData("Serve:Url=localhost")]
    [InlineData("Serve:Url=http://loopback:3000")]
    [InlineData("Serve:Url=http://0.0.0.0@localhost:3000")]
    [InlineData("Serve:Url=http://localhost:3000?a")]
    [InlineData("Serve:Url=https://127.0.0.1:3000")]
    [InlineData("Discovery:Seeds=db1:3306,db2:what")]
    [InlineData("Storage:TablePrefix=with-dash")]
    [InlineData("Api:Authentication=Token")]
    [InlineData("Api:Password=secret")]
    [InlineData("Api:PowerUsers=dana")]
    [InlineData("Api:UserHeader=X User")]
    [InlineData("Api:Hosts=http://app.example")]
    public void A_value_out_of_bounds_is_named_with_what_would_be_right(string assignment)
    {
        // Storage is checked when an account is given.
        var (_, problems) = LocalSettings.Read(null, [.. Accounts, "Storage:ConnectionString=UseDevelopmentStorage=true", assignment]);
        var problem = Assert.Single(problems);
        Assert.StartsWith(assignment[..assignment.IndexOf('=', StringComparison.Ordinal)], problem, StringComparison.Ordinal);
        Assert.Contains("expected", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sign_in_by_password_needs_both_and_is_told_so_at_once() =>
        Assert.Equal(["Api:User", "Api:Password"], LocalSettings.Read(null, [.. Accounts, "Api:Authentication=Basic"]).Problems.Select(p => p.Split(' ')[0]));

    // Only names of this machine lead to an address of this machine, unless a page of another site gave its own name that address.
    [Theory]
    [InlineData("http://127.0.0.1:3000", "", "localhost, 127.0.0.1, [::1]")]
    [InlineData("http://localhost:3000", "", "localhost, 127.0.0.1, [::1]")]
    [InlineData("http://[::1]:3000", "", "localhost, 127.0.0.1, [::1]")]
    [InlineData("http://127.0.0.2:3000", "", "localhost, 127.0.0.1, [::1], 127.0.0.2")]
    [InlineData("http://127.0.0.1:3000", "app.example", "app.example")]
    [InlineData("http://127.0.0.1:3000", "*", "*")]
    [InlineData("http://0.0.0.0:3000", "", "")]
    [InlineData("http://10.0.0.1:3000", "", "")]
    public void A_process_that_only_this_machine_reaches_answers_to_names_of_this_machine(string url, string given, string hosts)
    {
        var (settings, problems) = LocalSettings.Read(null, [.. Accounts, $"Serve:Url={url}", $"Api:Hosts={given}"]);
        Assert.Empty(problems);
        Assert.Equal(hosts, settings.Api.Hosts);
    }

    [Theory]
    [InlineData("None", "whoever reaches it is let in")]
    [InlineData("Basic", "the password travels in the clear")]
    [InlineData("Multi", "the password travels in the clear")]
    [InlineData("Proxy", "can write any name into X-MS-CLIENT-PRINCIPAL-NAME")]
    public void What_other_machines_reach_is_warned_of_and_still_started(string method, string says)
    {
        string[] given = [.. Accounts, $"Api:Authentication={method}", .. method is "Basic" or "Multi" ? (string[])["Api:User=dana", "Api:Password=secret"] : []];
        var (settings, problems) = LocalSettings.Read(null, [.. given, "Serve:Url=http://0.0.0.0:3000"]);
        Assert.Empty(problems);
        var warning = Assert.Single(settings.Warnings);
        Assert.Contains(says, warning, StringComparison.Ordinal);
        Assert.Contains($"(Api:Authentication {method})", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", warning, StringComparison.Ordinal);
        Assert.Empty(LocalSettings.Read(null, given).Settings.Warnings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true, "Serve:Url=http://0.0.0.0:3000")]
    [InlineData(true, "Serve:Url=http://[::]:3000")]
    [InlineData(true, "Serve:Url=http://db.example.com:3000")]
    [InlineData(false, "Serve:Url=http://localhost:3000")]
    [InlineData(false, "Serve:Url=http://0.0.0.0:3000", "Serve:AllowAnonymous=true")]
    [InlineData(false, "Serve:Url=http://0.0.0.0:3000", "Api:Authentication=Proxy")]
    [InlineData(false, "Metrics:Url=http://0.0.0.0:9104")]
    public void Serve_does_not_listen_to_other_machines_without_asking_who_they_are_unless_that_is_meant(bool refused, params string[] given)
    {
        var (settings, problems) = LocalSettings.Read(null, [.. Accounts, .. given]);
        Assert.Empty(problems);
        if (!refused) Assert.Empty(settings.WhyNotServed());
        else Assert.Matches("^Serve:Url http.*Api:Authentication Basic, Multi or Proxy.*http://127.0.0.1:3000.*Serve:AllowAnonymous=true", Assert.Single(settings.WhyNotServed()));
    }

    [Fact]
    public void A_scrape_at_an_address_of_its_own_is_asked_by_the_names_of_that_address()
    {
        Assert.Equal("localhost, 127.0.0.1, [::1]", Names("Metrics:Url=http://127.0.0.1:9104"));
        Assert.Equal("", Names("Metrics:Url=http://0.0.0.0:9104"));
        Assert.Equal("db.example", Names("Metrics:Url=http://0.0.0.0:9104", "Api:Hosts=db.example"));

        static string Names(params string[] given)
        {
            var (settings, problems) = LocalSettings.Read(null, [.. Accounts, .. given]);
            Assert.Empty(problems);
            // The other endpoints stay on this machine's names where nothing else is said.
            Assert.Equal(given.Length > 1 ? "db.example" : "localhost, 127.0.0.1, [::1]", settings.Api.Hosts);
            return settings.MetricsAccess.Hosts;
        }
    }

    [Fact]
    public void An_address_for_scrapes_that_other_machines_reach_is_warned_of()
    {
        var warning = Assert.Single(LocalSettings.Read(null, [.. Accounts, "Metrics:Url=http://0.0.0.0:9104"]).Settings.Warnings);
        Assert.StartsWith("Metrics:Url http://0.0.0.0:9104 is reached from other machines", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_that_is_missing_is_a_problem() =>
        Assert.Contains(LocalSettings.Read(null, []).Problems, p => p.Contains("MySql:User", StringComparison.Ordinal));

    [Theory]
    [InlineData("Recovery:SameDataCenterOnly=true", "Recovery:SameDataCenterOnly", "MySql:DataCenterQuery", "MySql:DataCenterQuery=SELECT 'a'")]
    [InlineData("Recovery:SameRegionOnly=true", "Recovery:SameRegionOnly", "MySql:RegionQuery", "MySql:RegionQuery=SELECT 'a'")]
    [InlineData("Watch:ProbeTimeout=00:00:04", "Watch:ProbeTimeout 00:00:04", "Watch:LeaseLength 00:00:10", "Watch:LeaseLength=00:00:12")]
    public void Settings_that_contradict_each_other_are_refused_with_both_named(string given, string one, string other, string mended)
    {
        var problem = Assert.Single(LocalSettings.Read(null, [.. Accounts, given]).Problems);
        Assert.Contains(one, problem, StringComparison.Ordinal);
        Assert.Contains(other, problem, StringComparison.Ordinal);
        Assert.Empty(LocalSettings.Read(null, [.. Accounts, given, mended]).Problems);
    }
}
