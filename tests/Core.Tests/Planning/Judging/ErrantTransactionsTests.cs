using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class ErrantTransactionsTests
{
    [Theory]
    // db1 is the source, db2 the replica, db3 a peer.
    [InlineData("has=A:1-10", "has=A:1-10", "has=A:1-10", "")]
    [InlineData("has=A:1-10", "has=A:1-15", "has=A:1-10", "")]
    [InlineData("has=A:1-10", "has=A:1-10,B:1-2", "has=A:1-10", "B:1-2")]
    [InlineData("has=A:1-10", "has=A:1-10,Z:5", "has=A:1-10", "Z:5")]
    [InlineData("has=A:1-10", "has=A:1-10,Z:5", "has=A:1-9 got=A:10,Z:5", "")]
    [InlineData("has=A:1-10,B:1-50", "has=A:1-10,B:1-50", "has=A:1-10", "")]
    [InlineData("| never seen", "has=A:1-10,B:1-2", "has=A:1-10", "B:1-2")]
    [InlineData("| never seen", "has=A:1-10,B:1-2", "has=A:1-10,B:1-2", "")]
    // Numbers that go on where the source was passing on somebody else's came through it; those of a gap did not.
    [InlineData("has=A:1-9,G:1-100", "has=A:1-9,G:1-110", "has=A:1-9,G:1-108", "")]
    [InlineData("has=A:1-9,G:1-100", "has=A:1-9,G:1-110", "has=A:1-9", "")]
    [InlineData("has=A:1-9,G:1-40:60-100", "has=A:1-9,G:1-100", "has=A:1-9", "G:41-59")]
    [InlineData("has=A:1-9,B:1-50", "has=A:1-9,B:1-51", "has=A:1-9", "B:51")]
    [InlineData("has=A:1-9,B:1-50", "has=A:1-9,B:1-51", "has=A:1-9,B:1-51", "")]
    [InlineData("10.11.8-MariaDB has=0-1-10", "10.11.8-MariaDB has=0-1-12", "10.11.8-MariaDB has=0-1-10", "")]
    [InlineData("10.11.8-MariaDB has=0-1-10", "10.11.8-MariaDB has=0-1-10,0-2-11", "10.11.8-MariaDB has=0-1-10", "0-2-11")]
    [InlineData("10.11.8-MariaDB has=0-2-9,0-1-10", "10.11.8-MariaDB has=0-2-9,0-1-10", "10.11.8-MariaDB has=0-1-10", "")]
    // A primary restored from a backup does not list those that wrote before.
    [InlineData("10.11.8-MariaDB has=0-1-100", "10.11.8-MariaDB has=0-2-50,0-1-100", "10.11.8-MariaDB has=0-1-100", "")]
    [InlineData("10.11.8-MariaDB has=0-1-100", "10.11.8-MariaDB has=0-1-100,0-2-101", "10.11.8-MariaDB has=0-1-100", "0-2-101")]
    [InlineData("10.11.8-MariaDB has=0-2-40,0-1-100", "10.11.8-MariaDB has=0-2-50,0-1-100", "10.11.8-MariaDB has=0-1-100", "0-2-50")]
    [InlineData("10.11.8-MariaDB has=0-2-40,0-1-100", "10.11.8-MariaDB has=0-2-50,0-1-100", "10.11.8-MariaDB has=0-2-50,0-1-100", "")]
    // The primary has written the number of a write by hand meanwhile, as itself; who was replicated on it knows better.
    [InlineData("10.11.8-MariaDB has=0-1-11", "10.11.8-MariaDB has=0-1-10,0-2-11", "10.11.8-MariaDB has=0-1-10", "0-2-11")]
    [InlineData("10.11.8-MariaDB has=0-1-15", "10.11.8-MariaDB has=0-1-10,0-2-11 got=0-1-15", "10.11.8-MariaDB has=0-1-15", "0-2-11")]
    [InlineData("10.11.8-MariaDB has=0-1-101", "10.11.8-MariaDB has=0-2-100", "10.11.8-MariaDB has=0-1-101", "0-2-100")] // behind a restored one
    // A domain that the primary never had is the replica's own; a primary that has nothing says nothing of domains.
    [InlineData("10.11.8-MariaDB has=0-1-10", "10.11.8-MariaDB has=0-1-10,92-2-3", "10.11.8-MariaDB has=0-1-10", "")]
    [InlineData("10.11.8-MariaDB has=92-1-1,0-1-10", "10.11.8-MariaDB has=0-1-10,92-2-3", "10.11.8-MariaDB has=0-1-10", "92-2-3")]
    [InlineData("10.11.8-MariaDB", "10.11.8-MariaDB has=0-2-3", "10.11.8-MariaDB", "0-2-3")]
    // A tag that nobody saw the source use was made by hand, unless it was received.
    [InlineData("has=A:1-9", "has=A:1-9:manual:1", "has=A:1-9", "A:manual:1")]
    [InlineData("has=A:1-9", "has=A:1-9:manual:1 got=A:9:manual:1", "has=A:1-9", "")]
    [InlineData("has=A:1-9:manual:1", "has=A:1-9:manual:1-3", "has=A:1-9", "")]
    [InlineData("has=A:1-9,G:1-5", "has=A:1-9,G:1-6:manual:1", "has=A:1-9", "G:manual:1")]
    [InlineData("has=A:1-9", "has=A:1-9:manual:1", "has=A:1-9:manual:1", "")]
    [InlineData("", "has=A:1-2", "", "")]
    public void Is_what_never_came_from_the_source(string source, string replica, string peer, string errant)
    {
        var topology = WrittenTopology.Read($"db1 rw {source}\ndb2 ro <db1 {replica}\ndb3 ro <db1 {peer}");
        var members = topology.Members;
        Assert.Equal(errant, WrittenTopology.Shorten(ErrantTransactions.In(members[1].Current!, members[0].LastKnown, [members[2].Current!]).ToString()));
    }

    /// <summary>S7: siblings followed the successor of a switch that was rolled back, and had from it what was written there.</summary>
    [Theory]
    [InlineData("", "has=A:1-9,B:1", "has=A:1-9", "db2 B:1, db3 B:1")]
    [InlineData("", "has=A:1-9,B:1", "has=A:1-9 got=B:1", "")] // all have it
    [InlineData("", "has=A:1-9,Z:1", "has=A:1-9,Z:1", "db2 B:1")] // nobody of the cluster wrote it
    [InlineData("10.11.8-MariaDB", "has=0-1-9,0-2-10", "has=0-1-9", "db2 0-2-10")]
    public void What_a_replica_wrote_is_vouched_for_by_all_others_or_by_nobody(string version, string one, string other, string errant)
    {
        var mine = version.Length == 0 ? one.Contains('Z') ? "has=A:1-9,B:1,Z:1" : "has=A:1-9,B:1" : "has=0-1-9,0-2-10";
        var source = version.Length == 0 ? "has=A:1-9" : "has=0-1-9";
        var topology = WrittenTopology.Read(
            $"db1 {version} rw {source}\ndb2 {version} ro <db1 {mine}\ndb3 {version} ro <db1 {one}\ndb4 {version} ro <db1 {other}");
        Instance[] replicas = [.. topology.Members.Skip(1).Select(m => m.Current!)];
        var found = replicas.Select(r => (r.Key.Host, Set: ErrantTransactions.In(r, topology.Members[0].LastKnown, [.. replicas.Where(p => p != r)])))
            .Where(f => !f.Set.IsEmpty).Select(f => $"{f.Host} {WrittenTopology.Shorten(f.Set.ToString())}");
        Assert.Equal(errant, string.Join(", ", found));
    }

    /// <summary>db3 follows db2, and db4 follows the source as db2 does.</summary>
    [Theory]
    [InlineData("has=A:1-9,B:1", "has=A:1-9,B:1", "has=A:1-9", "B:1")]
    [InlineData("has=A:1-9,B:1", "has=A:1-9", "has=A:1-9", "")]
    [InlineData("has=A:1-9,B:1", "has=A:1-9 got=B:1", "has=A:1-9", "B:1")]
    [InlineData("has=A:1-9,B:1", "has=A:1-9,B:1", "has=A:1-9,B:1", "")]
    [InlineData("has=A:1-9", "has=A:1-9,C:1", "has=A:1-9", "C:1")]
    [InlineData("has=A:1-12", "has=A:1-12", "has=A:1-9", "")]
    [InlineData("has=A:1-9,B:1 | refused", "has=A:1-9,B:1", "has=A:1-9", "B:1")]
    public void Is_what_came_down_from_a_replica_that_wrote_it(string above, string replica, string peer, string errant)
    {
        var topology = WrittenTopology.Read(
            $"db1 rw has=A:1-9\ndb2 ro <db1 {above}\ndb3 ro <db2 {replica}\ndb4 ro <db1 {peer}");
        Member[] seen = [.. topology.Members.Skip(1).Where(m => m.IsSeen)];
        var found = ErrantTransactions.Below(topology, topology.Members[2], topology.Members[0], seen);
        Assert.Equal(errant, WrittenTopology.Shorten(found.ToString()));
    }
}
