using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Planning.Repairing;

/// <summary>What a recovery left open is paid, and the links from outside of the cluster are not touched (S12).</summary>
public sealed class OwedLinksTests
{
    private static readonly LedgerEntry Closed = new LedgerEntry.Closed(Key("db1"), "r1", Noon);

    private static readonly LedgerEntry Stopped = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r1", Noon);

    private static readonly LedgerEntry[] Unfinished =
    [
        new LedgerEntry.FormerPrimary(Key("db1"), "r1", Noon),
        new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-100"), "r1", Noon),
    ];

    /// <summary>S12: what somebody else stopped on another channel stays stopped.</summary>
    [Fact]
    public void Only_the_link_that_a_recovery_stopped_is_started_again()
    {
        const string servers = "db1 rw has=A:1-100\n"
            + "db3 ro <db8 channel=aux io=stopped sql=stopped <db1 io=stopped has=A:1-90";
        var (recovery, now) = Finish(servers, "db3", Stopped);
        Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome);
        var links = now[Key("db3")]!.Current!.Links;
        Assert.Equal(ReplicationThread.Running, links.Single(l => l.Channel.Length == 0).Receiver);
        var other = links.Single(l => l.Channel == "aux");
        Assert.Equal((ReplicationThread.Stopped, ReplicationThread.Stopped), (other.Receiver, other.Applier));
    }

    /// <summary>S12: a primary that is opened again keeps what it replicates from outside of the cluster.</summary>
    [Theory]
    [InlineData("<db8 channel=aux", "db8")]
    [InlineData("<db8", "db8")]
    public void A_primary_that_a_recovery_closed_keeps_its_source_outside(string links, string kept)
    {
        var (recovery, now) = Finish($"db1 ro {links} has=A:1-100\ndb2 ro <db1 has=A:1-100", "db1", Closed);
        Assert.Equal(new RecoveryOutcome.Finished(Key("db1"), IsWriter: true), recovery.Outcome);
        Assert.Equal(kept, Assert.Single(now[Key("db1")]!.Current!.Links).Source.Host);
    }

    /// <summary>S12: of two links the one from the server whose place it takes is cut.</summary>
    [Theory]
    [InlineData("<db8 channel=aux <db1 io=stopped", "db8")]
    [InlineData("<db1 io=stopped", "")]
    [InlineData("<db8 channel=aux", "db8")]
    [InlineData("<db8", "")]
    public void A_successor_that_is_opened_is_cut_from_the_cluster_alone(string links, string kept)
    {
        var servers = $"db1 ro <db2 has=A:1-100\ndb2 ro {links} has=A:1-100\ndb3 ro <db2 has=A:1-100";
        var (recovery, now) = Finish(servers, "db2", Unfinished);
        Assert.Equal(new RecoveryOutcome.Finished(Key("db2"), IsWriter: true), recovery.Outcome);
        Assert.Equal(kept, string.Concat(now[Key("db2")]!.Current!.Links.Select(l => l.Source.Host)));
    }

    private static (Recovery Recovery, Topology Now) Finish(
        string servers, string subject, params LedgerEntry[] entries)
    {
        var fleet = new SimulatedFleet(Read(servers).With(entries.Aggregate(Ledger.Empty, (all, e) => all.With(e))));
        return (Rehearsal.Run(PlannerTests.Recovery(fleet.Now, PlanKinds.FinishRecovery, subject), fleet), fleet.Now);
    }
}
