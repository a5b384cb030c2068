using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorPromotionRuleTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_rule_is_set_for_good_or_for_a_while() => Desk.Run(desk =>
    {
        Assert.Equal("the promotion rule of db2:3306 is prefer until 2026-01-01 13:00:00Z", Set(desk, "DB2", "Prefer", Hour).Says);
        Assert.Equal((PromotionRule.Prefer, World.Noon + Hour), (desk[Desk.Db2].PromotionRule, desk[Desk.Db2].PromotionRuleUntil));
        desk.AssertAudited("promotion-rule", Desk.Db2, "prefer until 2026-01-01 13:00:00Z: disks");
        Assert.Equal("the promotion rule of db2:3306 is must_not", Set(desk, "db2", "must-not").Says);
        Assert.Equal((PromotionRule.MustNot, null), (desk[Desk.Db2].PromotionRule, desk[Desk.Db2].PromotionRuleUntil));
        Assert.Equal(2, desk.Declared);
    });

    [Theory]
    [InlineData("db2", "must", 0, "promotion rule 'must': expected one of")]
    [InlineData("db9", "prefer", 0, "server 'db9:3306': no known server has this name")]
    [InlineData("shop", "prefer", 0, "server 'shop:3306': no known server has this name")]
    [InlineData("db2", "prefer", 10_000, "a rule for 416d16h: expected")]
    [InlineData("db2", "neutral", 1, "a rule that is neutral ends anyway")]
    public void What_cannot_be_meant_changes_nothing(string name, string rule, int hours, string because) => Desk.Run(desk =>
        desk.AssertRefused(OperationEnd.BadInput, because, Set(desk, name, rule, hours == 0 ? null : hours * Hour)));

    [Fact]
    public void A_rule_that_stands_already_is_no_success() => Desk.Run(desk =>
    {
        desk.AssertRefused(OperationEnd.Refused, "the promotion rule of db2:3306 is neutral already", Set(desk, "db2", "neutral"));
        Assert.Equal(OperationEnd.Done, Set(desk, "db2", "prefer", Hour).End);
        Assert.Equal(OperationEnd.Done, Set(desk, "db2", "prefer").End);
        Assert.Equal(OperationEnd.Refused, Set(desk, "db2", "prefer").End);
        Assert.Equal(OperationEnd.Done, Set(desk, "db2", "prefer", TimeSpan.FromMinutes(1)).End);
        desk.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("the promotion rule of db2:3306 is neutral already", Set(desk, "db2", "neutral").Refusal!.Because);
    });

    private static OperationAnswer Set(Desk desk, string name, string rule, TimeSpan? length = null) =>
        desk.Ask(v => v.PromotionRule.SetAsync(name, rule, length, "dana", "disks", default));
}
