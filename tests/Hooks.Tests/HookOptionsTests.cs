namespace OrchestratorFunctions.Hooks.Tests;

public sealed class HookOptionsTests
{
    private const string Secret = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

    [Theory]
    [InlineData("")]
    [InlineData("https://hooks.example.com/T0/secret-path")]
    [InlineData("https://a.example.com/x, https://b.example.com/y?z=1  http://127.0.0.1:8080/ http://localhost/x http://[::1]/x")]
    public void Right_addresses_are_taken(string url) => Assert.Empty(new HookOptions { Url = url }.Problems());

    [Theory]
    [InlineData("http://hooks.example.com/secret-path", "number 1 (http://hooks.example.com): would send in the clear")]
    [InlineData("secret-path", "number 1: is no address")]
    [InlineData("ftp://hooks.example.com/secret-path", "number 1: is no address")]
    [InlineData("https:///secret-path", "number 1: is no address")]
    [InlineData("https://a.example.com https://ann:secret-path@hooks.example.com/", "number 2 (https://hooks.example.com): has a user before the host")]
    public void A_wrong_address_is_a_problem_that_does_not_repeat_it(string url, string expected)
    {
        var problem = Assert.Single(new HookOptions { Url = url }.Problems());
        Assert.StartsWith("Hooks:Url, ", problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=")]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_no base64 at all, and long enough for it")]
    public void A_wrong_secret_is_a_problem_that_does_not_repeat_it(string secret)
    {
        var problem = Assert.Single(new HookOptions { Url = "https://hooks.example.com/", Secret = secret }.Problems());
        Assert.Equal("Hooks:Secret is no secret of a webhook: expected whsec_ and 24 to 64 random bytes in base64", problem);
    }

    [Fact]
    public void A_right_secret_is_taken_and_belongs_to_an_address()
    {
        Assert.Empty(new HookOptions { Url = "https://hooks.example.com/", Secret = Secret }.Problems());
        Assert.Contains("without Hooks:Url", Assert.Single(new HookOptions { Secret = Secret }.Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var problems = new HookOptions { Url = "x", Secret = "y", Events = "recovery-ended,started", Timeout = TimeSpan.FromMinutes(1) }.Problems();
        Assert.Equal(4, problems.Length);
        Assert.Contains(problems, p => p == "Hooks:Events 'started': expected * or some of failure-held, recovery-began, approval-asked, recovery-ended");
        Assert.Contains(problems, p => p.StartsWith("Hooks:Timeout '00:01:00'", StringComparison.Ordinal));
        Assert.Contains("Hooks:Events is empty", Assert.Single(new HookOptions { Events = " , " }.Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", true, true)]
    [InlineData("recovery-ended", true, false)]
    [InlineData("failure-held , recovery-ended", true, true)]
    public void What_is_wanted_is_told_by_type(string events, bool ended, bool held)
    {
        var options = new HookOptions { Events = events };
        Assert.Equal((ended, held), (options.Wants("recovery-ended"), options.Wants("failure-held")));
    }
}
