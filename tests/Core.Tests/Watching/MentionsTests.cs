using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Core.Tests.Watching;

public sealed class MentionsTests
{
    /// <summary>
    /// The primary answers at another address, and its replicas were pointed there: who follows whom is known by its
    /// uuid, and where it is has to be found out. As long as it is seen, another name of it is its replica's business.
    /// </summary>
    [Theory]
    [InlineData("db1 rw", "")]
    [InlineData("db1 rw | timed out 9.0s", "new:3306")]
    public void A_new_name_of_a_source_is_followed_when_its_old_one_leads_nowhere(string db1, string mentioned)
    {
        var seen = WrittenTopology.Read($"{db1}\ndb2 ro <new via=A");
        var picture = new ClusterPicture(seen.Cluster, "", null, Ledger.Empty, seen.Members);
        Assert.Equal(mentioned, string.Join(' ', picture.MentionedBy(seen[WrittenTopology.Key("db2")]!.Current!)));
    }

    [Fact]
    public void A_name_that_is_known_to_lead_to_a_member_is_no_news()
    {
        var seen = WrittenTopology.Read("db1 rw\ndb2 ro <vip");
        var named = seen.Members[0] with { OtherNames = [WrittenTopology.Key("vip")] };
        var picture = new ClusterPicture(seen.Cluster, "", null, Ledger.Empty, [named, seen.Members[1]]);
        Assert.Empty(picture.MentionedBy(seen.Members[1].Current!));
        Assert.Equal(["db2"], picture.ReplicasOf(named.Key).Select(k => k.Host));
    }
}
