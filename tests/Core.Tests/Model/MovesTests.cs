using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class MovesTests
{
    private static readonly InstanceKey Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2"), Pod = WrittenTopology.Key("pod9");
    private static readonly Ledger Owes = Ledger.Empty with { Entries = [new LedgerEntry.FormerPrimary(Db1, "r1", WrittenTopology.Noon)] };

    [Fact]
    public void What_a_recovery_left_open_goes_with_one_that_moves_and_while_one_runs_nobody_does()
    {
        var move = Move(Db1, Pod);
        Assert.Null(Moves.WhyNot(move, [move], Owes));
        Assert.Contains("recovery r2 runs", Moves.WhyNot(move, [move], Ledger.Empty with { Running = "r2" }), StringComparison.Ordinal);
        Assert.Null(Moves.WhyNot(new MemberPlace(Db2) { Stored = Db2 }, [move], Ledger.Empty with { Running = "r2" }));
    }

    /// <summary>A process that died after the ledger was written is followed by one that finds the same moves.</summary>
    [Fact]
    public void What_is_owed_of_two_that_changed_places_goes_with_them_once()
    {
        MemberPlace[] both = [Move(Db1, Db2) with { Replaces = true, Server = "1 A" }, Move(Db2, Db1) with { Replaces = true, Server = "2 B" }];
        Assert.All(both, place => Assert.Null(Moves.WhyNot(place, both, Owes)));
        var renamed = Moves.Renamed(Owes, both);
        Assert.True(renamed.IsFormerPrimary(Db2));
        Assert.Same(renamed, Moves.Renamed(renamed, both));
        // They change back.
        MemberPlace[] back = [Move(Db2, Db1) with { Server = "1 A" }, Move(Db1, Db2) with { Server = "2 B" }];
        Assert.True(Moves.Renamed(renamed, back).IsFormerPrimary(Db1));
        Assert.Same(Ledger.Empty, Moves.Renamed(Ledger.Empty, both));
    }

    [Fact]
    public void What_is_owed_of_one_that_moves_is_renamed_as_often_as_the_old_address_stands_there()
    {
        MemberPlace[] one = [Move(Db1, Pod) with { Server = "1 A" }];
        var renamed = Moves.Renamed(Owes, one);
        Assert.True(renamed.IsFormerPrimary(Pod));
        Assert.Same(renamed, Moves.Renamed(renamed, one));
        Assert.True(Moves.Renamed(renamed.With(Owes.Entries[0]), one).Entries.All(e => e.Key == Pod));
    }

    /// <summary>
    /// S1: the process died between the ledger and the members, and a watcher took the former primary for forgotten: when
    /// it was found at its new address, nobody closed it.
    /// </summary>
    [Fact]
    public void What_is_owed_at_an_address_stands_until_the_server_is_stored_there()
    {
        var before = WrittenTopology.Read("db1 rw | refused\ndb2 rw");
        var server = ServerIdentity.Of(before[Db1]!.LastKnown!)!;
        var renamed = Moves.Renamed(Owes, [Move(Db1, Pod) with { Server = server }]);
        Assert.Same(renamed, Settlement.Of(renamed, before, WrittenTopology.Noon));
        var moved = before[Db1]!.LastKnown! with { Key = Pod };
        var after = new Topology(before.Cluster, before.TakenAt, [before[Db2]!, Member.SeenAs(moved, WrittenTopology.Noon)]);
        var settled = Settlement.Of(renamed, after, WrittenTopology.Noon);
        Assert.True(settled.IsFormerPrimary(Pod));
        Assert.Empty(settled.Awaited);
        // And it is paid like any other, when it was forgotten after that.
        Assert.Empty(Settlement.Of(settled, before, WrittenTopology.Noon).Entries);
    }

    /// <summary>The other one may be down, and what is known and owed of it would be taken for that of this one.</summary>
    [Fact]
    public void One_that_takes_the_address_of_another_member_waits_until_that_one_is_found()
    {
        var move = Move(Db2, Db1) with { Replaces = true, Receives = true };
        Assert.EndsWith("forget db1:3306", Moves.WhyNot(move, [move], Ledger.Empty), StringComparison.Ordinal);
        Assert.Null(Moves.WhyNot(move, [move, Move(Db1, Pod)], Ledger.Empty));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void One_that_was_set_up_anew_at_an_address_takes_the_place_when_it_replicates_or_nothing_is_owed(bool receives, bool isTaken)
    {
        var place = new MemberPlace(Db1) { Stored = Db1, Replaces = true, Receives = receives };
        Assert.Equal(isTaken, Moves.WhyNot(place, [place], Owes) is null);
        Assert.Null(Moves.WhyNot(place, [place], Ledger.Empty));
    }

    private static MemberPlace Move(InstanceKey from, InstanceKey to) => new(to) { Stored = from, MovedFrom = from };
}
