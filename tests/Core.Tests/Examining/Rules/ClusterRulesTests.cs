using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Examining.Rules;

public sealed class ClusterRulesTests
{
    private const string Two = "db1 rw has=A:1-9\ndb2 ro <db1 beat=1s has=A:1-9 got=A:1-9";

    [Theory]
    [InlineData(23, false)]
    [InlineData(25, true)]
    public void A_downtime_of_the_cluster_is_long_after_a_day(int hours, bool isLong)
    {
        var cluster = ExaminerTests.Written(Two) with { Downtime = new Downtime("dba", "racks", WrittenTopology.Noon.AddHours(hours)) };
        var found = Examiner.Examine(cluster).Findings.Where(f => f.Code == FindingCode.DowntimeLong).ToArray();
        Assert.Equal(isLong ? [("shop", Fix.Command("undowntime shop"))] : [], found.Select(f => (f.Subject, f.Fixes[0])));
    }

    [Fact]
    public void So_is_one_of_a_server()
    {
        var cluster = ExaminerTests.Written(Two);
        var member = cluster.Topology[WrittenTopology.Key("db2")]! with { Downtime = new Downtime("dba", "racks", WrittenTopology.Noon.AddDays(3)) };
        var found = Examiner.Examine(cluster with { Topology = cluster.Topology.With(member) }).Findings;
        Assert.Contains(found, f => f.Code == FindingCode.DowntimeLong && f.Subject == "db2:3306");
    }

    [Fact]
    public void A_server_whose_place_is_not_known_may_stand_elsewhere() =>
        Assert.DoesNotContain(Examiner.Examine(ExaminerTests.Written("db1 rw dc=ams has=A:1-9\ndb2 ro <db1 has=A:1-9 got=A:1-9")).Findings, f => f.Code == FindingCode.OneDataCenter);
}
