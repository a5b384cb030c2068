using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>Manual: "Server System Variables" (offline_mode); answers recorded from 9.7.4 (AdmissionRulesTests).</summary>
public class AdmissionTests
{
    [Fact]
    public void An_offline_server_refuses_clients_and_turns_replicas_away_until_it_is_online_again()
    {
        var servers = new ModelServers();
        servers[1].Admission.SetOffline(true);
        servers.Pass(2);
        Assert.Equal((ReplicationThread.Connecting, 3032), (servers[2].Replica.Receiver, servers[2].Replica.ReceiverError));
        Assert.Null(servers.Write(1).Transaction);
        Assert.True(servers[1].AcceptsWrites);
        servers[1].Admission.SetOffline(false);
        servers.Pass(2);
        Assert.Equal((ReplicationThread.Running, 0), (servers[2].Replica.Receiver, servers[2].Replica.ReceiverError));
    }

    [Fact]
    public void A_restart_ends_the_offline_mode()
    {
        var servers = new ModelServers();
        servers[2].Admission.SetOffline(true);
        servers[2].Kill(withHost: false);
        servers[2].Start();
        Assert.False(servers[2].Admission.IsOffline);
    }

    [Fact]
    public void An_account_that_is_gone_is_missed_by_the_next_login_and_not_by_who_is_connected()
    {
        var servers = new ModelServers();
        servers[1].Admission.SetAccount(false);
        servers.Pass(2);
        Assert.Equal(ReplicationThread.Running, servers[2].Replica.Receiver);
        servers.Run(2, 1, new Statement.StopReceiver(), new Statement.Start(true, false));
        servers.Pass(2);
        Assert.Equal((ReplicationThread.Connecting, 1045), (servers[2].Replica.Receiver, servers[2].Replica.ReceiverError));
        Assert.InRange(servers[2].Replica.TurnedAwaySince, 0, servers.World.Now - 1);
    }

    [Theory]
    [InlineData("RELOAD", "", false)]
    [InlineData("", "REPLICATION_SLAVE_ADMIN", true)]
    public void What_our_account_lacks_the_privilege_for_is_refused_and_what_came_before_it_is_done(
        string forRole, string forReplication, bool isReceiving)
    {
        var servers = new ModelServers();
        servers[2].Admission.Revoke(new(forReplication, forRole));
        string? ended = null;
        new StatementRun(servers[2], [new Statement.StopBoth(), new Statement.ResetAll()], error => ended = error) { IsOurs = true }.Begin();
        servers.Pass(1);
        Assert.Contains("1227", ended, StringComparison.Ordinal);
        Assert.NotNull(servers[2].Replica.Source);
        Assert.Equal(isReceiving, servers[2].Replica.Receiver != ReplicationThread.Stopped);
        Assert.Equal("", servers.Run(2, 1, new Statement.StopBoth(), new Statement.ResetAll()));
    }

    [Fact]
    public void Who_expects_no_heartbeat_says_that_it_runs_for_long_after_its_source_fell_silent()
    {
        var servers = new ModelServers(shape: s => s with { Heartbeat = 0, NetTimeout = Time.Ticks.Of(60) });
        servers[1].Pause();
        servers.Pass(20);
        Assert.Equal(ReplicationThread.Running, servers[2].Replica.Receiver);
        Assert.False(servers[2].Replica.IsHearing);
    }

    [Fact]
    public void What_a_person_stopped_is_known_until_it_is_started()
    {
        var servers = new ModelServers();
        servers[2].Replica.StopApplierByHand();
        servers.Run(2, 1, new Statement.StopBoth(), new Statement.ChangeSource(servers[1]), new Statement.Start(true, false));
        Assert.NotEqual(long.MaxValue, servers[2].Replica.ApplierStoppedByHandAt);
        servers.Run(2, 1, new Statement.Start(false, true));
        Assert.Equal(long.MaxValue, servers[2].Replica.ApplierStoppedByHandAt);
    }
}
