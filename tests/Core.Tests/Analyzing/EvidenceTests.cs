using OrchestratorFunctions.Core.Analyzing;

namespace OrchestratorFunctions.Core.Tests.Analyzing;

public sealed class EvidenceTests
{
    [Theory]
    [InlineData("", "db1:3306 answers, writable")]
    [InlineData("| partly: gtid, links", "db1:3306 answers in part; not known: gtid, links")]
    [InlineData("| auth denied", "db1:3306 answers with a refusal (access denied), so it lives")]
    [InlineData("| name not found", "db1:3306 could not be probed (name does not resolve), which says nothing about the server")]
    [InlineData("| never seen", "db1:3306 could not be probed (not probed yet), which says nothing about the server")]
    [InlineData("| refused", "db1:3306 does not answer (connection refused)")]
    [InlineData("| timed out 1.5s", "db1:3306 does not answer (no answer in time); silent for 1.5 s of the 2.15 s asked for by Detection:SilenceConfirmation")]
    public void Begins_with_what_our_own_probe_found(string probe, string sentence)
    {
        var topology = WrittenTopology.Read("db1 rw " + probe);
        Assert.Equal(sentence, Evidence.OfSource(RuleContext.Of(topology, topology.Members[0], DetectionPolicy.Default)).First());
    }
}
