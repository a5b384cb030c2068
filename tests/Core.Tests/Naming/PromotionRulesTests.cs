using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Tests.Naming;

public sealed class PromotionRulesTests
{
    [Theory]
    [InlineData("prefer", PromotionRule.Prefer)]
    [InlineData("NEUTRAL", PromotionRule.Neutral)]
    [InlineData("prefer-not", PromotionRule.PreferNot)]
    [InlineData("must_not", PromotionRule.MustNot)]
    public void Rules_are_read(string text, PromotionRule rule)
    {
        Assert.True(PromotionRules.TryParse(text, out var read, out _));
        Assert.Equal(rule, read);
        Assert.True(PromotionRules.TryParse(PromotionRules.NameOf(rule), out var again, out _));
        Assert.Equal(rule, again);
    }

    [Theory]
    [InlineData("must")]
    [InlineData("")]
    [InlineData("0")]
    public void Another_word_is_refused_with_those_there_are(string text)
    {
        Assert.False(PromotionRules.TryParse(text, out _, out var problem));
        Assert.Equal($"promotion rule '{text}': expected one of prefer, neutral, prefer_not, must_not", problem);
    }
}
