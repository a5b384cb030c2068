using OrchestratorFunctions.Local.Settings;

namespace OrchestratorFunctions.Local.Tests.Settings;

public sealed class MetricsOptionsTests
{
    [Theory]
    [InlineData("ftp://127.0.0.1:9104")]
    [InlineData("127.0.0.1:9104")]
    [InlineData("http://127.0.0.1:9104/metrics")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("nonsense")]
    [InlineData(" ")]
    public void An_address_that_is_none_is_named_with_what_would_be_right(string url) => Assert.Equal(
        [$"Metrics:Url '{url}': expected http://ADDRESS:PORT, or nothing for the address of Serve:Url"],
        new MetricsOptions { Url = url }.Problems(new ServeOptions()));

    [Fact]
    public void The_address_of_the_other_endpoints_is_no_address_of_its_own() => Assert.Equal(
        ["Metrics:Url 'http://127.0.0.1:3000/': expected another address than Serve:Url, or nothing"],
        new MetricsOptions { Url = "http://127.0.0.1:3000/" }.Problems(new ServeOptions { Url = "http://127.0.0.1:3000" }));

    [Fact]
    public void Nothing_listens_for_what_is_closed() => Assert.Equal(
        ["Metrics:Url 'http://127.0.0.1:9104': expected nothing, as Metrics:Enabled is false"],
        new MetricsOptions { Enabled = false, Url = "http://127.0.0.1:9104" }.Problems(new ServeOptions()));

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "http://127.0.0.1:9104")]
    [InlineData(true, "http://[::]:9104")]
    public void Closed_beside_the_others_or_at_an_address_of_its_own(bool enabled, string url)
    {
        var options = new MetricsOptions { Enabled = enabled, Url = url };
        Assert.Empty(options.Problems(new ServeOptions()));
        Assert.Equal(url.Length > 0, options.HasOwnAddress);
    }

    [Fact]
    public void Every_problem_of_it_is_one_of_the_process()
    {
        var (_, problems) = LocalSettings.Read(null, ["MySql:User=orchestrator", "MySql:Password=secret", "Metrics:Url=no", "Metrics:Enabled=perhaps"]);
        Assert.Contains(problems, p => p.StartsWith("Metrics:Enabled 'perhaps'", StringComparison.Ordinal));
    }
}
