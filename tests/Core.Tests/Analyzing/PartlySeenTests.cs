using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Analyzing;

public sealed class PartlySeenTests
{
    private static readonly Member Seen = WrittenTopology.Read("db1 rw").Members[0];

    [Fact]
    public void A_server_that_answered_everything_lacks_nothing() => Assert.Empty(PartlySeen.Of(Seen));

    [Fact]
    public void What_the_server_said_is_told()
    {
        var partly = new ProbeOutcome.Partly(Seen.Current!, ["data centre: error 1146: Table 'meta.dc' doesn't exist"]);
        Assert.Equal(partly.Missing, PartlySeen.Of(Seen with { Outcome = partly }));
    }

    [Fact]
    public void Of_a_stored_sighting_the_parts_are_told()
    {
        var stored = Seen with { Outcome = new ProbeOutcome.Seen(Seen.Current! with { Stale = InstanceParts.Place | InstanceParts.SemiSync }) };
        Assert.Equal(["semi-sync settings and state", "data centre and region"], PartlySeen.Of(stored));
    }

    // A part that is added has its words too.
    [Fact]
    public void Every_part_has_words()
    {
        foreach (var part in Enum.GetValues<InstanceParts>().Where(p => p != InstanceParts.None))
            Assert.NotEmpty(PartlySeen.Of(Seen with { Outcome = new ProbeOutcome.Seen(Seen.Current! with { Stale = part }) }));
    }

    [Theory]
    [InlineData("db1 rw | partly:place\ndb2 ro <db1", "db1")]
    [InlineData("db1 rw\ndb2 ro <db1 | partly:place", "db2")]
    [InlineData("db1 rw\ndb2 ro <db1\ndb3 ro <db2 | partly:place", "db3")]
    public void A_server_of_any_role_is_a_finding(string written, string server)
    {
        var found = Assert.Single(Analyzer.Analyze(WrittenTopology.Read(written)));
        Assert.Equal((AnalysisCode.SeenInPart, WrittenTopology.Key(server)), (found.Code, found.Key));
        Assert.Equal("it did not answer: place", Assert.Single(found.Because));
    }
}
