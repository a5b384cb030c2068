using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>Manual: "Replication Threads", "Relay Log", CHANGE REPLICATION SOURCE TO; answers recorded from 9.7.4.</summary>
public class ReplicaSideTests
{
    [Fact]
    public void A_killed_source_is_noticed_at_once_and_connected_to_again()
    {
        var servers = new ModelServers();
        servers[1].Kill(withHost: false);
        servers.Pass(0.2);
        Assert.Equal(ReplicationThread.Connecting, servers[2].Replica.Receiver);
        servers.Pass(2);
        Assert.Equal(2003, servers[2].Replica.ReceiverError);
        servers[1].Start();
        servers.Pass(2);
        Assert.Equal(ReplicationThread.Running, servers[2].Replica.Receiver);
    }

    [Fact]
    public void A_silent_source_is_noticed_after_the_net_timeout_and_without_an_error()
    {
        var servers = new ModelServers();
        servers[1].Pause();
        servers.Pass(3);
        Assert.Equal(ReplicationThread.Running, servers[2].Replica.Receiver);
        servers.Pass(3);
        Assert.Equal(ReplicationThread.Connecting, servers[2].Replica.Receiver);
        Assert.Equal(0, servers[2].Replica.ReceiverError);
    }

    [Fact]
    public void Stopping_a_receiver_that_connects_to_a_silent_source_takes_two_seconds()
    {
        var servers = new ModelServers();
        servers[1].Pause();
        servers.Pass(6);
        Assert.Null(servers.Run(2, 1.9, new Statement.StopReceiver()));
        servers.Pass(0.2);
        Assert.Equal(ReplicationThread.Stopped, servers[2].Replica.Receiver);
    }

    [Fact]
    public void Stopping_a_receiver_hangs_while_the_disk_is_full_and_a_kill_does_not_take_it_back()
    {
        var servers = new ModelServers();
        servers[2].FillDisk(true);
        Assert.Null(servers.Run(2, 5, new Statement.StopReceiver()));
        servers.Last!.Kill();
        servers[2].FillDisk(false);
        servers.Pass(1);
        Assert.Equal(ReplicationThread.Stopped, servers[2].Replica.Receiver);
    }

    [Fact]
    public void Another_source_throws_the_relay_log_away()
    {
        var servers = new ModelServers(count: 3);
        servers[2].Replica.StopApplier();
        servers.Write(1);
        Assert.Single(servers[2].Replica.Unapplied);
        servers.Run(2, 1, new Statement.StopBoth(), new Statement.ChangeSource(servers[3]));
        Assert.Empty(servers[2].Replica.Unapplied);
        Assert.Single(servers[2].Replica.ThrownAway);
        Assert.True(servers[2].Replica.Received.IsEmpty);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Who_is_pointed_elsewhere_has_had_its_say_of_the_source_before(bool isSilent, bool isHeard)
    {
        var servers = new ModelServers(count: 3);
        if (isSilent) servers[1].Pause();
        servers.Pass(3);
        servers.Run(2, 1, new Statement.StopBoth(), new Statement.ChangeSource(servers[3]));
        servers.Run(2, 1, new Statement.Start(Receiver: true, Applier: true));
        Assert.Equal(servers[3], servers[2].Replica.Source);
        var (source, at, wasHearing) = servers[2].Replica.StoppedFrom;
        Assert.Equal((servers[1], isHeard), (source, wasHearing));
        Assert.InRange(servers.World.Now - at, Ticks.Of(1.9), Ticks.Of(2));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void A_restart_keeps_the_relay_log_unless_it_recovers_it(bool recovers, int kept)
    {
        var servers = new ModelServers(shape: s => s with { RelayLogRecovery = recovers });
        servers[2].Replica.StopApplier();
        servers.Write(1);
        servers[1].Kill(withHost: true);
        servers[2].Kill(withHost: false);
        servers[2].Start();
        Assert.Equal(kept, servers[2].Replica.Unapplied.Count + (servers[2].Executed.Has(servers[1].BinaryLog[^1]) ? 1 : 0));
        Assert.Equal(!recovers, servers[2].Replica.Received.Has(servers[1].BinaryLog[^1]));
    }

    [Fact]
    public void A_restart_starts_what_was_stopped()
    {
        var servers = new ModelServers();
        servers.Run(2, 1, new Statement.StopReceiver());
        servers[2].Kill(withHost: false);
        servers[2].Start();
        servers.Pass(1);
        Assert.Equal(ReplicationThread.Running, servers[2].Replica.Receiver);
    }

    [Fact]
    public void A_source_that_has_purged_what_is_missing_refuses()
    {
        var servers = new ModelServers();
        servers.Run(2, 1, new Statement.StopReceiver());
        servers.Write(1);
        servers[1].Purge(kept: 0);
        servers.Run(2, 1, new Statement.Start(true, true));
        Assert.Equal(ReplicationThread.Stopped, servers[2].Replica.Receiver);
        Assert.Equal(1236, servers[2].Replica.ReceiverError);
    }

    [Fact]
    public void A_cut_link_repeats_what_was_not_sent_when_it_is_whole_again()
    {
        var servers = new ModelServers();
        servers.World.Network.Cut(0, 1);
        var one = servers.Write(1).Transaction!;
        Assert.False(servers[2].Executed.Has(one));
        servers.World.Network.Heal(0, 1);
        servers.Pass(2);
        Assert.True(servers[2].Executed.Has(one));
    }
}
