using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class MemberTests
{
    private static readonly DateTimeOffset Later = WrittenTopology.Noon.AddSeconds(5);
    private static readonly Member Seen = Member.SeenAs(WrittenTopology.Read("db1 rw").Members[0].Current!, WrittenTopology.Noon);

    [Fact]
    public void A_failure_keeps_the_last_sighting()
    {
        var failed = Seen.With(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "silent"), Later, TimeSpan.FromSeconds(3));
        Assert.False(failed.IsSeen);
        Assert.Null(failed.Current);
        Assert.Equal(Seen.Current, failed.LastKnown);
        Assert.Equal(WrittenTopology.Noon, failed.LastSeenAt);
        Assert.Equal(TimeSpan.FromSeconds(3), failed.FailingFor);
    }

    [Fact]
    public void A_failure_that_is_no_evidence_of_death_counts_no_silence()
    {
        var failed = Seen.With(new ProbeOutcome.Failed(ProbeFailureKind.NameNotFound, "dns"), Later, TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.Zero, failed.FailingFor);
    }

    /// <summary>S22: what was declared of it, and what recoveries left open about it, is nothing to another server.</summary>
    [Fact]
    public void Another_server_at_its_address_is_no_sighting_of_it()
    {
        var declared = Seen with { PromotionRule = PromotionRule.MustNot };
        var other = Seen.Current! with { ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99 };
        var member = declared.With(new ProbeOutcome.Seen(other), Later, TimeSpan.FromSeconds(3));
        var failed = Assert.IsType<ProbeOutcome.Failed>(member.Outcome);
        Assert.Equal((ProbeFailureKind.AnotherServer, false, false), (failed.Kind, failed.IsEvidenceOfDeath, failed.ShowsLife));
        Assert.Equal((Seen.LastSeen, Seen.LastSeenAt), (member.LastSeen, member.LastSeenAt));
        Assert.True(member.With(Seen.Outcome, Later).IsSeen);
    }

    [Fact]
    public void A_sighting_replaces_the_last_one_and_keeps_what_operators_declared()
    {
        var declared = Seen with { PromotionRule = PromotionRule.MustNot, IsFormerPrimary = true };
        var instance = Seen.Current! with { ReadOnly = true };
        var seen = declared.With(new ProbeOutcome.Partly(instance, ["gtid"]), Later, TimeSpan.FromSeconds(3));
        Assert.Equal((instance, Later, TimeSpan.Zero), (seen.LastSeen, seen.LastSeenAt, seen.FailingFor));
        Assert.Equal((PromotionRule.MustNot, true), (seen.PromotionRule, seen.IsFormerPrimary));
    }
}
