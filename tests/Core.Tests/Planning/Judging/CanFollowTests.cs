using OrchestratorFunctions.Core.Planning.Judging;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class CanFollowTests
{
    [Theory]
    [InlineData("db2 ro <db1 has=A:1-9", "db3 ro <db1 has=A:1-9", "")]
    [InlineData("db2 ro <db1 has=A:1-9 nobinlog", "db3 ro <db1 has=A:1-9", "would follow db2, which has no binary log")]
    [InlineData("db2 ro <db1 has=A:1-9 noupdates", "db3 ro <db1 has=A:1-9", "would follow db2, which does not log replica updates")]
    [InlineData("db2 ro has=A:1-9 noupdates", "db3 ro <db1 has=A:1-9", "")]
    [InlineData("db2 ro <db1 has=A:1-9 id=3", "db3 ro <db1 has=A:1-9", "has the same server_id 3 as db2")]
    [InlineData("db2 ro <db1 11.4.2-MariaDB has=0-1-5", "db3 ro <db1 has=A:1-9", "is of another flavour (MySQL, MariaDB) than db2")]
    [InlineData("db2 ro <db1 has=A:1-9 purged=A:1-5", "db3 ro <db1 has=A:1-3 got=A:1-9", "needs transactions that db2 has purged")]
    [InlineData("db2 ro <db1 has=A:1-9", "db3 ro <db1 has=A:1-12", "")]
    [InlineData("db2 ro <db1 has=A:1-9", "db3 ro has=A:1-9,C:1-2", "has C:1-2, which db2 lacks")]
    [InlineData("db2 ro <db1 has=A:1-9", "db3 ro <db1 | never seen", "")]
    [InlineData("db2 ro <db1 has=A:1-9", "db3 ro <db1 has=A:1-9 lacks=SUPER", "cannot be pointed there by our account, which lacks SUPER on it")]
    [InlineData("db2 ro <db1 has=A:1-9", "db3 ro <db1 has=A:1-9 lacks=RELOAD", "")]
    [InlineData("db2 ro <db1 has=A:1-9 repl=none", "db3 ro <db1 user=repl has=A:1-9", "would log in as 'repl', and db2 does not have the account 'repl'")]
    [InlineData("db2 ro <db1 has=A:1-9 repl=locked", "db3 ro <db1 user=repl has=A:1-9", "would log in as 'repl', and db2 has locked the account 'repl'")]
    [InlineData("db2 ro <db1 has=A:1-9 repl=none", "db3 ro has=A:1-9", "would log in as 'repl', and db2 does not have the account 'repl'")]
    [InlineData("db2 ro <db1 has=A:1-9 repl=there", "db3 ro <db1 user=repl has=A:1-9", "")]
    [InlineData("db2 ro <db1 has=A:1-9 repl=none", "db3 ro <db1 user=another has=A:1-9", "")]
    [InlineData("db2 ro <db1 has=A:1-9 repl=none", "db3 ro <db2 user=repl has=A:1-9", "")]
    public void Says_what_the_servers_would_refuse(string source, string replica, string why) => Assert.Equal(why, Why(source, replica));

    [Theory]
    [InlineData("tls-only", "", "connects without TLS, and db2 turns that away (require_secure_transport)")]
    [InlineData("tls-only", "tls", "")]
    [InlineData("", "", "")]
    public void A_MariaDb_link_without_TLS_cannot_follow_a_source_that_requires_it(string source, string link, string why) =>
        Assert.Equal(why, Why(
            $"db2 10.11.8-MariaDB ro <db1 has=0-1-9 id=2 {source}", $"db3 10.11.8-MariaDB ro <db1 {link} has=0-1-9 id=3"));

    [Theory]
    [InlineData("db3 ro <db1 has=A:1-12", "has A:10-12, which db2 lacks")]
    [InlineData("db3 ro <db1 has=A:1-9,C:1", "")]
    [InlineData("db3 ro <db1 has=A:1-9", "")]
    public void What_a_lost_writer_wrote_and_the_source_lacks_never_comes(string replica, string why) =>
        Assert.Equal(why, Why("db2 ro <db1 has=A:1-9", replica, lost: "db1"));

    // MariaDB: domain-server-sequence, and a state that names every server that ever wrote.
    [Theory]
    [InlineData("0-1-100,0-2-150", "0-1-101", "has 0-1-101, which db2 lacks")]
    [InlineData("0-1-100,0-2-150", "0-1-100", "")]
    [InlineData("0-1-100,0-2-150", "0-1-100,0-2-150", "")]
    [InlineData("0-1-100,0-2-150", "0-1-101,0-2-150", "has 0-1-101, which db2 lacks")]
    [InlineData("0-1-100,0-2-150", "0-1-100,0-3-151", "has 0-3-151, which db2 lacks")]
    [InlineData("0-2-150", "0-1-100", "")]
    [InlineData("0-2-150", "0-1-200", "has 0-1-200, which db2 lacks")]
    [InlineData("0-1-100,0-2-150", "0-1-100,7-1-3", "has 7-1-3, which db2 lacks")]
    public void A_former_MariaDb_primary_is_compared_server_by_server(string source, string former, string why) => Assert.Equal(
        why, Maria($"db2 10.11.8-MariaDB rw id=2 has={source}", $"db3 10.11.8-MariaDB ro former id=3 has={former}"));

    [Theory]
    [InlineData("0-1-100,0-2-150", "0-1-101", "has 0-1-101, which db2 lacks")]
    [InlineData("0-1-100,0-2-150", "0-1-100", "")]
    [InlineData("0-1-100,0-3-50,0-2-150", "0-3-60,0-1-100", "")]
    public void Of_a_lost_MariaDb_writer_the_last_transaction_of_a_domain_decides(string source, string replica, string why) => Assert.Equal(
        why, Maria($"db2 10.11.8-MariaDB rw id=2 has={source}", $"db3 10.11.8-MariaDB ro id=3 <db1 has={replica}", lost: "db1"));

    [Theory]
    [InlineData("0-1-100,92-3-7", "")] // a domain that the lost writer never had
    [InlineData("0-1-100,0-3-101", "has 0-3-101, which db2 lacks")]
    public void A_local_domain_keeps_nobody_from_following(string replica, string why) => Assert.Equal(
        why, Maria("db2 10.11.8-MariaDB rw id=2 has=0-1-100", $"db3 10.11.8-MariaDB ro id=3 <db1 has={replica}", lost: "db1"));

    [Theory]
    [InlineData("8.4.5", "8.0.40", "runs 8.0.40, older than db2 with 8.4.5")]
    [InlineData("8.0.40", "8.4.5", "")]
    [InlineData("format=ROW", "format=STATEMENT", "would have to log in STATEMENT what db2 logs in ROW format")]
    [InlineData("format=ROW", "format=STATEMENT noupdates", "")]
    public void What_is_not_supported_is_told_apart_because_it_often_works(string source, string replica, string why)
    {
        var topology = WrittenTopology.Read($"db1 rw\ndb2 ro <db1 {source}\ndb3 ro <db1 {replica}");
        var refusals = CanFollow.WhyNotAdvised(topology.Members[2].Current!, topology.Members[1].Current!);
        Assert.Equal(why, Plain(string.Join("; ", refusals.Select(r => r.Because))));
    }

    private static string Maria(string source, string replica, string? lost = null) => Why(source, replica, lost, "db1 10.11.8-MariaDB rw id=1 has=0-1-100");

    private static string Why(string source, string replica, string? lost = null, string primary = "db1 rw has=A:1-9")
    {
        var topology = WrittenTopology.Read($"{primary}\n{source}\n{replica}");
        var writer = lost is null ? null : WrittenTopology.Key(lost);
        var refusals = CanFollow.WhyNot(topology, topology.Members[2], topology.Members[1], writer);
        return Plain(string.Join("; ", refusals.Select(r => r.Because)));
    }

    private static string Plain(string text) => WrittenTopology.Shorten(text).Replace(":3306", "", StringComparison.Ordinal);
}
