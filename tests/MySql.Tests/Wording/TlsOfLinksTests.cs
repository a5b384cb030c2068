using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Settings;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Tests.Wording;

/// <summary>S12: a link that is made anew uses TLS as the others of its cluster do.</summary>
public sealed class TlsOfLinksTests
{
    private static readonly InstanceKey On = new("db3306", 3306);
    private static readonly LinkTls Plain = new(), Checked = new(Verifies: true, "/ca.pem", "", "/cert.pem", "/key.pem");

    [Theory]
    [InlineData("9.7.4", "SOURCE")]
    [InlineData("8.0.19", "MASTER")]
    [InlineData("10.11.18-MariaDB", "MASTER")]
    public void It_asks_for_TLS_where_its_siblings_do(string version, string word)
    {
        Assert.Contains(
            $", {word}_SSL=1, {word}_SSL_CA='/ca.pem', {word}_SSL_CERT='/cert.pem', {word}_SSL_KEY='/key.pem', "
            + $"{word}_SSL_VERIFY_SERVER_CERT=1, ",
            Change(version, [Checked, Checked]), StringComparison.Ordinal);
        Assert.Contains($", {word}_SSL=1, {word}_SSL_VERIFY_SERVER_CERT=0, ", Change(version, [Plain, null]), StringComparison.Ordinal);
        Assert.DoesNotContain("SSL", Change(version, [null, null]), StringComparison.Ordinal);
    }

    /// <summary>Where two name different files, a third server may have neither.</summary>
    [Fact]
    public void A_file_that_not_all_of_them_name_is_left_out() => Assert.Contains(
        ", SOURCE_SSL=1, SOURCE_SSL_CERT='/cert.pem', SOURCE_SSL_KEY='/key.pem', SOURCE_SSL_VERIFY_SERVER_CERT=1, ",
        Change("9.7.4", [Checked, Checked with { Authority = "/another.pem" }]), StringComparison.Ordinal);

    /// <summary>The only replica of a cluster became the primary: its link is gone.</summary>
    [Fact]
    public void What_a_removed_link_did_counts_where_no_other_is_left() => Assert.Contains(
        ", MASTER_SSL=1, MASTER_SSL_VERIFY_SERVER_CERT=0, ",
        Change("10.11.18-MariaDB", [], given: Plain), StringComparison.Ordinal);

    [Theory]
    [InlineData(ReplicationTls.Required, false, true)]
    [InlineData(ReplicationTls.Off, true, false)]
    public void A_setting_says_otherwise(ReplicationTls wanted, bool siblingsDo, bool asks) => Assert.Equal(
        asks, Change("9.7.4", [siblingsDo ? Plain : null], wanted: wanted).Contains("SOURCE_SSL=1", StringComparison.Ordinal));

    [Fact]
    public void A_link_that_is_pointed_elsewhere_keeps_what_it_has()
    {
        var server = Versions.Server("10.11.18-MariaDB", 3306, Versions.Link());
        Assert.DoesNotContain("SSL", Change(server, [Checked], null, ReplicationTls.Required), StringComparison.Ordinal);
    }

    private static string Change(
        string version, LinkTls?[] siblings, LinkTls? given = null, ReplicationTls wanted = ReplicationTls.AsSiblings) =>
        Change(Versions.Server(version), siblings, given, wanted);

    private static string Change(Instance server, LinkTls?[] siblings, LinkTls? given, ReplicationTls wanted)
    {
        var others = siblings.Select((tls, i) =>
            Versions.Server(server.Version.Text, 3310 + i, Versions.Link() with { Tls = tls }));
        var step = new PointTo(On, new InstanceKey("new", 3307)) { Tls = given };
        var options = Fleets.Options with { ReplicationTls = wanted };
        var statements = StepStatements.Of(step, server, Versions.Of([server, .. others]), options);
        return Assert.Single(statements, s => s.Text.StartsWith("CHANGE", StringComparison.Ordinal)).Text;
    }
}
