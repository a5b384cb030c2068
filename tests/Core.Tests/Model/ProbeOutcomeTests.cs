using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class ProbeOutcomeTests
{
    [Theory]
    [InlineData(ProbeFailureKind.Refused, true, true, false)]
    [InlineData(ProbeFailureKind.Unreachable, true, false, false)]
    [InlineData(ProbeFailureKind.TimedOut, true, false, false)]
    [InlineData(ProbeFailureKind.Reset, true, false, false)]
    [InlineData(ProbeFailureKind.ShuttingDown, true, false, false)]
    [InlineData(ProbeFailureKind.NameNotFound, false, false, false)]
    [InlineData(ProbeFailureKind.AuthenticationDenied, false, false, true)]
    [InlineData(ProbeFailureKind.TooManyConnections, false, false, true)]
    [InlineData(ProbeFailureKind.Tls, false, false, true)]
    [InlineData(ProbeFailureKind.NotAServer, false, false, false)]
    [InlineData(ProbeFailureKind.Unsupported, false, false, true)]
    [InlineData(ProbeFailureKind.AnotherServer, false, false, false)]
    [InlineData(ProbeFailureKind.Other, false, false, false)]
    [InlineData(ProbeFailureKind.OwnError, false, false, false)]
    public void What_a_failure_is_evidence_of(ProbeFailureKind kind, bool ofDeath, bool definite, bool ofLife)
    {
        var failed = new ProbeOutcome.Failed(kind, "says");
        Assert.Equal((ofDeath, definite, ofLife), (failed.IsEvidenceOfDeath, failed.IsDefinite, failed.ShowsLife));
        Assert.Null(failed.Sighted);
    }

    [Fact]
    public void The_table_above_knows_every_kind() => Assert.Equal(14, Enum.GetValues<ProbeFailureKind>().Length);

    [Fact]
    public void A_sighting_shows_life()
    {
        var instance = WrittenTopology.Read("db1 rw").Members[0].Current!;
        ProbeOutcome[] sightings = [new ProbeOutcome.Seen(instance), new ProbeOutcome.Partly(instance, ["gtid"])];
        Assert.All(sightings, s => Assert.True(s.ShowsLife && !s.IsEvidenceOfDeath && !s.IsDefinite && s.Sighted == instance));
    }
}
