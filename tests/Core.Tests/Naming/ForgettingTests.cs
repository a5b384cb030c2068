using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Naming;

public sealed class ForgettingTests
{
    private const string Cluster = "db1 rw\ndb2 ro <db1\ndb3 ro <db1 | refused\ndb4 ro <db1 | refused\ndb5 ro";

    [Theory]
    [InlineData("db1", "db2:3306, db3:3306, db4:3306 replicate from db1:3306")]
    [InlineData("db2", "db2:3306 is alive and replicates from db1:3306: as long as it does it is found again")]
    [InlineData("db3", null)]
    [InlineData("db5", null)]
    public void What_would_be_found_again_has_to_be_meant(string server, string? because)
    {
        var topology = WrittenTopology.Read(Cluster);
        Assert.Equal(because, Forgetting.WhyNot(topology, WrittenTopology.Key(server))?.Because);
    }

    [Theory]
    [InlineData(ProbeFailureKind.NameNotFound, true)]
    [InlineData(ProbeFailureKind.Refused, true)]
    [InlineData(ProbeFailureKind.TimedOut, true)]
    [InlineData(ProbeFailureKind.AuthenticationDenied, false)]
    [InlineData(ProbeFailureKind.TooManyConnections, false)]
    public void One_that_answers_and_is_not_seen_may_replicate(ProbeFailureKind kind, bool isForgotten)
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1");
        var db2 = topology[WrittenTopology.Key("db2")]!.With(new ProbeOutcome.Failed(kind, "no"), topology.TakenAt);
        Assert.Equal(isForgotten, Forgetting.WhyNot(topology.With(db2), db2.Key) is null);
    }

    [Fact]
    public void One_whose_address_is_another_servers_by_now_is_let_go_though_replicas_name_that_address()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro <db1\ndb3 ro <db2");
        var db2 = topology[WrittenTopology.Key("db2")]!;
        var other = WrittenTopology.Read("db9 rw")[WrittenTopology.Key("db9")]!.Current! with { Key = db2.Key };
        var displaced = topology.With(db2.With(new ProbeOutcome.Seen(other), topology.TakenAt));
        Assert.NotEmpty(displaced.ReplicasOf(db2.Key));
        Assert.Null(Forgetting.WhyNot(displaced, db2.Key));
    }

    [Fact]
    public void A_living_cluster_has_to_be_meant()
    {
        var says = Forgetting.WhyNot(WrittenTopology.Read("db1 rw\ndb2 ro <db1\ndb3 ro <db1 | refused"));
        Assert.Equal("2 of its 3 servers are alive, and nobody would watch them any more", says?.Because);
        Assert.Null(Forgetting.WhyNot(WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 | timed out")));
    }

    [Fact]
    public void Debts_about_it_go_and_what_the_next_primary_must_have_stays()
    {
        var (db1, db2, at) = (WrittenTopology.Key("db1"), WrittenTopology.Key("db2"), WrittenTopology.Noon);
        var ledger = Ledger.Empty
            .With(new LedgerEntry.FormerPrimary(db1, "r1", at)).With(new LedgerEntry.Target(db1, GtidSet.Empty, "r1", at))
            .With(new LedgerEntry.Closed(db2, "r1", at));
        Assert.Equal("db1:3306 was replaced as the primary by recovery r1", Assert.Single(Forgetting.DebtsOf(ledger, db1)).Says);
    }
}
