using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Positions;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Owing;

/// <summary>Which entries are paid by what is seen.</summary>
public sealed class SettlementTests
{
    private static readonly DateTimeOffset Later = Noon + TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData("db1 rw\ndb2 ro <db1", false, true)]
    [InlineData("db1 ro\ndb2 ro <db1", false, false)]
    [InlineData("db1 rw | timed out 9s\ndb2 ro <db1", false, false)]
    [InlineData("db1 rw\ndb2 ro <db1", true, false)] // the fence may be done yet
    [InlineData("db1 rw\ndb2 rw\ndb3 ro <db2", false, false)] // another one took its place
    [InlineData("db1 rw\ndb2 ro\ndb3 ro <db2", false, true)]
    public void A_closed_server_is_paid_when_it_accepts_writes_for_good(string servers, bool mayComeLate, bool isPaid) =>
        AssertPaid(isPaid, new LedgerEntry.Closed(Key("db1"), "r1", Noon, mayComeLate), servers);

    [Fact]
    public void A_fence_that_was_not_answered_has_no_effect_any_more_after_an_hour() => Assert.Empty(
        Settlement.Of(With(new LedgerEntry.Closed(Key("db1"), "r1", Noon, true)), Read("db1 rw\ndb2 ro <db1"), Noon + TimeSpan.FromHours(1.1)).Entries);

    [Theory]
    [InlineData("db1 ro\ndb2 rw\ndb3 ro <db2", true)]
    [InlineData("db1 ro\ndb2 ro\ndb3 ro <db2", true)]
    [InlineData("db1 rw\ndb3 ro <db1\ndb2 rw", false)] // a second writer
    [InlineData("db1 ro\ndb2 ro | refused\ndb3 ro <db2", false)]
    public void A_server_that_may_be_open_is_paid_when_it_is_the_writer_or_closed(string servers, bool isPaid) =>
        AssertPaid(isPaid, new LedgerEntry.MaybeOpen(Key("db2"), "r1", Noon), servers);

    [Theory]
    [InlineData("db1 rw\ndb2 ro <db1", true)]
    [InlineData("db1 rw\ndb2 ro <db1 io=stopped", false)]
    [InlineData("db1 rw\ndb2 ro <db1 | refused", false)]
    [InlineData("db1 ro\ndb2 rw\ndb3 ro <db2", true)]
    public void A_stopped_replica_is_paid_when_it_receives_or_is_the_primary(string servers, bool isPaid) =>
        AssertPaid(isPaid, new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", Noon), servers);

    [Theory]
    [InlineData("db2 rw\ndb1 ro <db2", true)]
    [InlineData("db2 rw\ndb1 ro <db2 io=connecting err=2003", false)]
    [InlineData("db2 rw\ndb1 ro", false)]
    public void A_former_primary_is_one_until_it_receives_from_a_member(string servers, bool isPaid) =>
        AssertPaid(isPaid, new LedgerEntry.FormerPrimary(Key("db1"), "r1", Noon), servers);

    /// <summary>S22: a ledger may name a server by the address where it is stored since, before that is known here.</summary>
    [Fact]
    public void A_debt_of_a_server_that_is_no_member_is_paid_when_the_members_were_read_since()
    {
        var (owes, servers) = (With(new LedgerEntry.FormerPrimary(Key("pod9"), "r1", Noon)), Read("db1 rw\ndb2 ro <db1"));
        Assert.Same(owes, Settlement.Of(owes, servers, Later, k => k.Host != "pod9"));
        Assert.Empty(Settlement.Of(owes, servers, Later, _ => true).Entries);
    }

    /// <summary>S4: what it has while it is open does not make its successor the writer.</summary>
    [Fact]
    public void A_former_primary_that_is_back_and_open_pays_no_target()
    {
        var target = new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-100"), "r1", Noon);
        var ledger = With(target).With(new LedgerEntry.FormerPrimary(Key("db1"), "r1", Noon));
        var topology = Read("db1 rw has=A:1-100\ndb2 ro has=A:1-100\ndb3 ro <db2").With(ledger);
        Assert.Contains(target, Settlement.Of(ledger, topology, Later).Entries);
    }

    /// <summary>A recovery that opened nobody takes its mark back, and then it is not the primary any more.</summary>
    [Fact]
    public void Whether_a_stopped_server_is_the_primary_is_asked_with_the_ledger_that_is_settled()
    {
        var topology = Read("db1 rw\ndb2 rw").With(Ledger.Empty.With(new LedgerEntry.FormerPrimary(Key("db1"), "r1", Noon)));
        Assert.Equal(Key("db2"), topology.Primary!.Key);
        Assert.NotEmpty(Settlement.Of(With(new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", Noon)), topology, Later).Entries);
    }

    /// <summary>Somebody switched by hand.</summary>
    [Theory]
    [InlineData("db1 rw\ndb2 ro <db1", true)]
    [InlineData("db1 rw\ndb2 rw\ndb3 ro <db2", false)]
    [InlineData("db1 rw\ndb2 ro <db1 | refused", false)]
    public void The_writer_is_the_one_until_it_receives_from_a_member(string servers, bool isPaid) =>
        AssertPaid(isPaid, new LedgerEntry.Writer(Key("db2"), 1, "r1", Noon), servers);

    [Theory]
    [InlineData("db1 rw has=A:1-100\ndb2 ro <db1", true)]
    [InlineData("db1 rw has=A:1-99\ndb2 ro <db1", false)]
    [InlineData("db1 ro has=A:1-100\ndb2 ro <db1 has=A:1-100", false)]
    [InlineData("db1 ro has=A:1-99\ndb2 rw <db1 has=A:1-100", false)] // a replica that restarted open
    [InlineData("db1 ro has=A:1-100\ndb2 rw has=A:1-100 | partly: replication", false)] // it may be one
    public void A_target_is_paid_by_a_writer_that_has_it(string servers, bool isPaid) =>
        AssertPaid(isPaid, new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-100"), "r1", Noon), servers);

    [Fact]
    public void Nothing_is_owed_to_a_server_that_was_forgotten() =>
        AssertPaid(true, new LedgerEntry.Closed(Key("db9"), "r1", Noon), "db1 rw\ndb2 ro <db1");

    /// <summary>It was sent by a process that died, or was not answered: the receiver may stop after the look.</summary>
    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0.6, true)]
    public void A_stop_that_may_come_late_is_paid_when_it_cannot_come_any_more(double minutes, bool isPaid) => Assert.Equal(isPaid, Settlement.Of(
        With(new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", Noon, MayComeLate: true)), Read("db1 rw\ndb2 ro <db1"), Noon + TimeSpan.FromMinutes(minutes)).Entries.IsEmpty);

    /// <summary>It shows what was before: a receiver that runs and is about to stop, a primary that is open and about to be closed.</summary>
    [Theory]
    [InlineData("Stopped", "db1 rw\ndb2 ro <db1")]
    [InlineData("Closed", "db2 rw\ndb1 ro <db2")]
    [InlineData("MaybeOpen", "db2 rw\ndb1 ro <db2")]
    [InlineData("FormerPrimary", "db1 rw\ndb2 ro <db1")]
    [InlineData("Target", "db2 rw has=A:1-100\ndb1 ro <db2")]
    public void A_look_from_before_it_was_done_pays_nothing(string kind, string servers)
    {
        LedgerEntry entry = kind switch
        {
            "Stopped" => new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", Noon),
            "Closed" => new LedgerEntry.Closed(Key("db2"), "r1", Noon),
            "MaybeOpen" => new LedgerEntry.MaybeOpen(Key("db2"), "r1", Noon),
            "Target" => new LedgerEntry.Target(Key("db2"), GtidSet.Parse(Uuid('A') + ":1-100"), "r1", Noon),
            _ => new LedgerEntry.FormerPrimary(Key("db2"), "r1", Noon),
        };
        var ledger = With(entry);
        Assert.Same(ledger, Settlement.Of(ledger, Read(servers), Later, key => key != Key("db2")));
        Assert.Empty(Settlement.Of(ledger, Read(servers), Later, key => key == Key("db2")).Entries);
    }

    /// <summary>L3: below the other one it acknowledges to that, and the primary may wait for it.</summary>
    [Theory]
    [InlineData("db1 rw\ndb2 ro <db3\ndb3 ro <db1", false)]
    [InlineData("db1 rw\ndb2 ro <db1\ndb3 ro <db1", true)] // back
    [InlineData("db1 rw\ndb2 ro <db4\ndb3 ro <db1\ndb4 ro <db1", true)] // moved by somebody since
    [InlineData("db1 ro\ndb2 ro <db3\ndb3 rw", true)] // it is the primary by now
    public void A_replica_that_was_put_below_another_one_is_owed_its_place_while_its_source_is_the_primary(string servers, bool isPaid) =>
        AssertPaid(isPaid, new LedgerEntry.Stopped(Key("db2"), Key("db1"), "r1", Noon) { PointedTo = Key("db3") }, servers);

    [Theory]
    [InlineData("db1 rw runs=nightly\ndb2 ro <db1", true)]
    [InlineData("db1 rw aside=nightly\ndb2 ro <db1", false)]
    [InlineData("db1 rw idle=nightly\ndb2 ro <db1", true)] // a person disabled it since
    [InlineData("db1 rw\ndb2 ro <db1", false)] // not known
    [InlineData("db2 rw\ndb1 ro <db2 aside=nightly", true)]
    [InlineData("db1 rw aside=nightly | refused\ndb2 ro <db1", false)]
    public void Events_that_were_disabled_are_paid_when_they_are_enabled_or_a_replica_has_them(string servers, bool isPaid) =>
        AssertPaid(isPaid, EventsStopped, servers);

    /// <summary>They are asked for every half minute, so a look may be younger than its answer.</summary>
    [Fact]
    public void Events_that_are_told_to_be_enabled_may_have_been_so_before() => Assert.NotEmpty(
        Settlement.Of(With(EventsStopped), Read("db1 rw runs=nightly\ndb2 ro <db1"), Noon + TimeSpan.FromSeconds(40)).Entries);

    private static LedgerEntry EventsStopped => new LedgerEntry.EventsStopped(Key("db1"), EventNames.Of(["`shop`.`nightly`"]), "r1", Noon);

    private static void AssertPaid(bool isPaid, LedgerEntry entry, string servers) =>
        Assert.Equal(isPaid, Settlement.Of(With(entry), Read(servers), Later).Entries.IsEmpty);

    private static Ledger With(LedgerEntry entry) => Ledger.Empty.With(entry);
}
