using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class EventNamesTests
{
    [Fact]
    public void The_same_names_are_the_same_also_after_they_were_stored()
    {
        var names = EventNames.Of(["`b`.`x`", "`a`.`y`", "`a`.`y`"]);
        Assert.Equal(["`a`.`y`", "`b`.`x`"], names.Names);
        Assert.Equal(names, Json.RoundTrip(names));
        Assert.Equal(names.GetHashCode(), Json.RoundTrip(names).GetHashCode());
        Assert.NotEqual(names, names with { More = 1 });
    }

    [Fact]
    public void Of_very_many_the_first_are_kept_and_the_rest_is_counted()
    {
        var many = EventNames.Of(Enumerable.Range(0, 1000).Select(i => $"`shop`.`e{i:0000}`"));
        Assert.Equal((EventNames.Most, 1000, false), (many.Names.Length, many.Count, many.IsEmpty));
        Assert.EndsWith("`shop`.`e0004` and 995 more", many.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void What_two_have_together_and_is_too_much_is_counted()
    {
        var many = EventNames.Of(Enumerable.Range(0, 199).Select(i => $"`shop`.`e{i:0000}`"));
        Assert.Equal((EventNames.Most, 202), (many.With(EventNames.Of(["`a`.`x`", "`a`.`y`", "`a`.`z`"])).Names.Length, many.With(EventNames.Of(["`a`.`x`", "`a`.`y`", "`a`.`z`"])).Count));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a,b", "a, b")]
    [InlineData("a,b,c,d,e", "a, b, c, d, e")]
    [InlineData("a,b,c,d,e,f", "a, b, c, d, e and 1 more")]
    public void A_sentence_names_a_few(string names, string says) =>
        Assert.Equal(says, EventNames.Of(names.Split(',', StringSplitOptions.RemoveEmptyEntries)).Says);
}
