using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class ForgottenTests
{
    private static readonly DateTimeOffset Noon = WrittenTopology.Noon;

    [Theory]
    // What db2 had received, what it has now, what is missing.
    [InlineData("has=A:1-10 got=A:1-15", "has=A:1-10", "A:11-15")]
    [InlineData("has=A:1-10 got=A:1-15", "has=A:1-15", "")]
    [InlineData("has=A:1-10 got=A:1-15", "has=A:1-12 got=A:13-20", "")]
    [InlineData("10.11.8-MariaDB has=0-1-10 got=0-1-15", "10.11.8-MariaDB has=0-1-10 got=0-1-10", "0-1-15")]
    [InlineData("10.11.8-MariaDB has=0-1-10 got=0-1-15", "10.11.8-MariaDB has=0-3-20 got=0-3-20", "")]
    public void A_sighting_that_lacks_what_an_earlier_one_had_remembers_it(string before, string now, string missing)
    {
        var member = Seen(before).With(new ProbeOutcome.Seen(Instance(now)), Noon.AddSeconds(5));
        Assert.Equal(missing, WrittenTopology.Shorten(member.Current!.Forgotten?.What.ToString() ?? ""));
        Assert.Equal(missing.Length > 0 ? Noon.AddSeconds(5) : null, member.LastSeen!.Forgotten?.At);
    }

    [Fact]
    public void It_is_kept_until_it_is_received_again_and_a_failed_probe_changes_nothing()
    {
        var restarted = Seen("has=A:1-10 got=A:1-15").With(new ProbeOutcome.Seen(Instance("has=A:1-10")), Noon.AddSeconds(5));
        var away = restarted.With(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "silent"), Noon.AddSeconds(6));
        var again = away.With(new ProbeOutcome.Seen(Instance("has=A:1-12")), Noon.AddSeconds(7));
        Assert.Equal((Set("A:13-15"), Noon.AddSeconds(5)), (again.Current!.Forgotten!.What, again.Current.Forgotten.At));
        Assert.Null(again.With(new ProbeOutcome.Seen(Instance("has=A:1-12 got=A:13-15")), Noon.AddSeconds(8)).Current!.Forgotten);
    }

    [Fact]
    public void What_is_forgotten_in_two_steps_is_one_loss_and_an_old_incident_is_none_of_it()
    {
        var first = Seen("has=A:1-10 got=A:1-15").With(new ProbeOutcome.Seen(Instance("has=A:1-10 got=A:1-12")), Noon.AddSeconds(5));
        Assert.Equal(Set("A:11-15"), first.With(new ProbeOutcome.Seen(Instance("has=A:1-10")), Noon.AddSeconds(6)).Current!.Forgotten!.What);
        Assert.Equal(Set("A:11-12"), first.With(new ProbeOutcome.Seen(Instance("has=A:1-10")), Noon.AddHours(1)).Current!.Forgotten!.What);
    }

    private static GtidPosition Set(string text) => Instance($"has={text}").Gtid.Executed;

    private static Member Seen(string words) => Member.SeenAs(Instance(words), Noon);

    private static Instance Instance(string words) => WrittenTopology.Read($"db1 rw\ndb2 ro <db1 {words}")[WrittenTopology.Key("db2")]!.Current!;
}
