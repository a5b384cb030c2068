using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Examining.Rules;

public sealed class IdentityRulesTests
{
    [Theory]
    [InlineData("db2", InstanceParts.None, false)]
    [InlineData("db9", InstanceParts.None, true)]
    [InlineData("db9", InstanceParts.ReportedReplicas, false)]
    public void A_replica_that_only_its_source_knows_is_found_unless_that_is_old_news(string named, InstanceParts stale, bool isFound)
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro <db1 beat=1s has=A:1-9 got=A:1-9", "shop");
        var primary = topology[WrittenTopology.Key("db1")]!;
        var told = primary.Current! with { ReportedReplicas = [WrittenTopology.Key(named)], Stale = stale };
        var changed = topology.With(primary with { Outcome = new ProbeOutcome.Seen(told) });
        var found = Examiner.Examine(new ExaminedCluster(changed, null, ExaminerTests.Terms)).Findings;
        Assert.Equal(isFound, found.Any(f => f.Code == FindingCode.ReplicaUnknown && f.Fixes[0] == Fix.Command("discover db9:3306")));
    }

    [Fact]
    public void The_server_id_that_is_proposed_is_free()
    {
        var found = Examiner.Examine(ExaminerTests.Written("db1 rw has=A:1-9\ndb2 ro id=1 <db1 has=A:1-9 got=A:1-9\ndb3 ro id=40 <db1 has=A:1-9 got=A:1-9")).Findings;
        Assert.Equal("SET PERSIST server_id=41;", Assert.Single(found, f => f.Code == FindingCode.ServerIdShared).Fixes[0].Text);
    }
}
