using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class MemberPlaceTests
{
    private const string MariaDb = "10.11.18-MariaDB";

    /// <summary>Where it is stored, whose place it takes, from where it moved.</summary>
    [Theory]
    // It is where it was.
    [InlineData("db1 uuid=A", "db1 uuid=A", "", "db1 <- db1")]
    // It is new.
    [InlineData("db1 uuid=A", "db2 uuid=B", "", "db2")]
    // It answers at another address, and nobody at the old one, or another server does.
    [InlineData("db1 uuid=A", "db2 uuid=A", "", "db2 <- db1, moved from db1")]
    [InlineData("db1 uuid=A", "db2 uuid=A", "db1 uuid=B", "db2 <- db1, moved from db1")]
    // The old address is another way to it.
    [InlineData("db1 uuid=A", "db2 uuid=A", "db1 uuid=A", "db1 <- db1")]
    // Another server answers where it was, and two changed places.
    [InlineData("db1 uuid=A", "db1 uuid=B", "", "db1 <- db1, replaces another")]
    [InlineData("db1 uuid=A|db2 uuid=B", "db1 uuid=B", "db2 uuid=A", "db1 <- db2, replaces another, moved from db2")]
    // A discovery has died after it was stored at its new address.
    [InlineData("db1 uuid=A|db2 uuid=A", "db2 uuid=A", "", "db2 <- db2, moved from db1")]
    // A copied data directory.
    [InlineData("db1 uuid=A id=1", "db2 uuid=A id=2", "", "db2, copy of db1")]
    // MariaDB: the number, where nobody answers at the old address.
    [InlineData($"db1 {MariaDb} id=1", $"db2 {MariaDb} id=1", "", "db2 <- db1, moved from db1")]
    [InlineData($"db1 {MariaDb} id=1", $"db2 {MariaDb} id=1", $"db1 {MariaDb} id=7", "db2")]
    public void A_server_is_what_it_says_it_is(string stored, string found, string answers, string expected)
    {
        var before = Members(stored);
        var one = Assert.Single(Members(found));
        var there = Members(answers).ToDictionary(m => m.Key, m => m.Current);
        var place = MemberPlace.Of(one, [one], before, k => k == one.Key ? one.Current : there.GetValueOrDefault(k));
        var says = place.Key.Host + (place.Stored is { } at ? $" <- {at.Host}" : "") + (place.Replaces ? ", replaces another" : "")
            + (place.MovedFrom is { } from ? $", moved from {from.Host}" : "") + (place.CopyOf is { } copied ? $", copy of {copied.Host}" : "");
        Assert.Equal(expected, says);
    }

    [Fact]
    public void A_name_under_which_nobody_answers_is_stored_by_that_name()
    {
        var name = new Member { Key = WrittenTopology.Key("db1"), Outcome = new ProbeOutcome.Failed(ProbeFailureKind.Refused, "nothing listens") };
        Assert.Equal(new MemberPlace(name.Key) { Stored = name.Key }, MemberPlace.Of(name, [name], Members("db1 uuid=A"), _ => null));
    }

    /// <summary>A primary that its restart closed is opened there by itself, as it would be at its old address.</summary>
    [Fact]
    public void What_was_seen_of_it_before_is_remembered_at_its_new_address()
    {
        var (before, found) = (Members("db1 rw uuid=A up=100")[0], Members("pod9 ro uuid=A up=3")[0]);
        found = Member.SeenAs(found.Current! with { IsReadOnlySinceStart = true }, WrittenTopology.Noon.AddSeconds(20));
        var both = MemberPlace.Remembering(before, found);
        Assert.Equal((found.Key, RoleBeforeRestart.Writer), (both.Key, both.LastSeen!.ClosedByRestart));
        Assert.Same(found, MemberPlace.Remembering(Members("db1 rw uuid=B")[0], found));
        Assert.Same(found, MemberPlace.Remembering(null, found));
    }

    private static Member[] Members(string lines) =>
        lines.Length == 0 ? [] : [.. lines.Split('|').Select(l => WrittenTopology.Read(l).Members[0])];
}
