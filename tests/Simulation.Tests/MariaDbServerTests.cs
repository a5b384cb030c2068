using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>What the model's servers of MariaDB do otherwise; on real servers: MariaDbRulesTests (MySql.Tests).</summary>
public class MariaDbServerTests
{
    [Fact]
    public void A_server_goes_on_from_the_highest_number_it_has_seen_so_that_two_writers_write_the_same_one()
    {
        var servers = On(count: 3);
        servers.Write(1);
        Promote(servers, 2);
        servers.Write(1);
        servers.Write(2);
        Assert.Equal("0-100-3", Executed(servers[1]));
        Assert.Equal("0-100-2,0-101-3", Executed(servers[2]));
        // By its position alone neither is ahead; the source knows its log.
        Assert.Equal("", Follow(servers, 1, 2));
        servers.Pass(2);
        Assert.Equal((ReplicationThread.Stopped, 1236), (servers[1].Replica.Receiver, servers[1].Replica.ReceiverError));
    }

    [Fact]
    public void A_former_primary_whose_own_are_all_known_follows_from_the_end_of_its_log()
    {
        var servers = On();
        servers.Write(1);
        Promote(servers, 2);
        Assert.Equal("", Follow(servers, 1, 2));
        var one = servers.Write(2).Transaction!;
        Assert.True(servers[1].Executed.Has(one));
        Assert.Equal("0-101-3", servers[1].Flavour.Received.ToString());
    }

    [Fact]
    public void What_was_written_by_hand_stops_the_applier_at_the_number_that_it_took()
    {
        var servers = On();
        Write(servers, 2, Author.Person);
        servers.Write(1);
        Assert.Equal((ReplicationThread.Stopped, 1950), (servers[2].Replica.Applier, servers[2].Replica.ApplierError));
        Assert.Equal("0-100-1,0-101-2", Executed(servers[2]));
        Assert.Equal("0-100-2", servers[2].Flavour.Received.ToString());
    }

    [Fact]
    public void A_domain_that_the_source_never_had_keeps_nobody_from_following_and_nothing_from_being_applied()
    {
        var servers = On();
        Write(servers, 2, Author.LocalTables);
        servers.Run(2, 1, new Statement.StopBoth(), new Statement.Start(true, true));
        var one = servers.Write(1).Transaction!;
        Assert.True(servers[2].Executed.Has(one));
        Assert.Equal("0-100-2,92-101-1", Executed(servers[2]));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void A_start_while_both_threads_stand_still_deletes_what_was_not_applied(bool standsStill, int kept)
    {
        var servers = On();
        servers[2].Replica.StopApplier();
        servers.Write(1);
        servers[1].Kill(withHost: true);
        if (standsStill) servers.Run(2, 5, new Statement.StopReceiver());
        servers[2].Replica.Stick(true);
        servers.Run(2, 1, new Statement.Start(Receiver: false, Applier: true));
        Assert.Equal(kept, servers[2].Replica.Unapplied.Count);
    }

    [Fact]
    public void A_restart_deletes_what_was_not_applied_and_fetches_it_again()
    {
        var servers = On();
        servers[2].Replica.StopApplier();
        var one = servers.Write(1).Transaction!;
        servers[2].Kill(withHost: false);
        servers[2].Start();
        Assert.Empty(servers[2].Replica.Unapplied);
        Assert.Equal("0-100-1", servers[2].Flavour.Received.ToString());
        servers.Pass(2);
        Assert.True(servers[2].Executed.Has(one));
    }

    [Fact]
    public void While_it_is_being_closed_it_shows_nothing_and_holds_new_writes_up()
    {
        var servers = On(waitFor: 1);
        servers[2].Pause();
        Assert.False(servers.Write(1).IsAnswered);
        Assert.Null(servers.Run(1, 1, new Statement.Close(CutsClientsOff: true)));
        Assert.True(servers[1].AcceptsWrites);
        var held = servers.Write(1);
        Assert.False(held.IsAnswered);
        Assert.Equal(2, servers[1].BinaryLog.Count);
        servers[2].Continue();
        servers.Pass(1);
        Assert.True(servers[1].ReadOnly);
        Assert.Equal(2, servers[1].BinaryLog.Count);
    }

    [Fact]
    public void Read_only_stops_clients_and_nobody_with_the_privilege()
    {
        var servers = On();
        servers.Run(1, 1, new Statement.Close(CutsClientsOff: true));
        Assert.Null(servers.Write(1).Transaction);
        Transaction? written = null;
        servers[1].Source.Write(Author.Event, (one, _) => written = one);
        Assert.NotNull(written);
    }

    [Fact]
    public void A_commit_that_waits_is_in_its_position()
    {
        var servers = On(waitFor: 1);
        servers[2].Pause();
        servers.Write(1);
        Assert.False(servers[1].Executed.Has(servers[1].BinaryLog[^1]));
        Assert.Equal("0-100-2", Executed(servers[1]));
    }

    private static ModelServers On(int count = 2, int waitFor = 0) => new(count, waitFor, flavor: ServerFlavor.MariaDb);

    private static string Executed(ModelServer server) => server.Flavour.Executed.ToString();

    private static void Write(ModelServers servers, int on, Author by)
    {
        servers[on].Source.Write(by, (_, _) => { });
        servers.Pass(0.1);
    }

    private static void Promote(ModelServers servers, int number) =>
        servers.Run(number, 1, new Statement.StopBoth(), new Statement.ResetAll(), new Statement.Open(""));

    private static string? Follow(ModelServers servers, int replica, int source) => servers.Run(
        replica, 1, new Statement.Close(false), new Statement.BeginAtOwnLog(), new Statement.ChangeSource(servers[source]), new Statement.Start(true, true));
}
