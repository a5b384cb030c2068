using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Explaining;

public sealed class TopologyNotesTests
{
    private static readonly Topology Shop = WrittenTopology.Read("db1 rw\ndb2 ro <db1 | partly:place");
    private static readonly InstanceKey Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2");
    private static readonly Downtime Meant = new("dana", "kernel", Shop.TakenAt.AddHours(1));

    [Fact]
    public void A_server_that_is_seen_in_part_says_without_what() =>
        Assert.Equal("  db2:3306: seen in part; it did not answer: place\n", TopologyNotes.Of(Shop, null));

    [Fact]
    public void A_server_that_is_not_seen_says_why()
    {
        var full = new ProbeOutcome.Failed(ProbeFailureKind.TooManyConnections, "error 1226: max_user_connections");
        var shop = Shop.With(Shop[Db2]!.With(full, Shop.TakenAt));
        Assert.Equal("  db2:3306: not seen: error 1226: max_user_connections\n", TopologyNotes.Of(shop, null));
    }

    [Fact]
    public void Downtimes_of_the_cluster_and_of_servers_are_told()
    {
        var shop = Shop.With(Shop[Db1]! with { Downtime = Meant with { Reason = "" } });
        Assert.StartsWith(
            $"  the whole cluster: in downtime until {Meant.Until:u} by dana: kernel\n  db1:3306: in downtime until {Meant.Until:u} by dana\n",
            TopologyNotes.Of(shop, Meant), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_over_is_not_told() => Assert.DoesNotContain(
        "downtime", TopologyNotes.Of(Shop, Meant with { Until = Shop.TakenAt }), StringComparison.Ordinal);

    [Fact]
    public void A_promotion_rule_is_told_until_it_is_over()
    {
        var rule = Shop[Db2]! with { PromotionRule = PromotionRule.PreferNot, PromotionRuleUntil = Shop.TakenAt.AddHours(1) };
        Assert.Contains($"db2:3306: promotion rule prefer_not until {rule.PromotionRuleUntil:u}\n", TopologyNotes.Of(Shop.With(rule), null), StringComparison.Ordinal);
        var later = Shop.With([rule], Shop.TakenAt.AddHours(1));
        Assert.Equal((PromotionRule.Neutral, null), (later[Db2]!.PromotionRule, later[Db2]!.PromotionRuleUntil));
    }
}
