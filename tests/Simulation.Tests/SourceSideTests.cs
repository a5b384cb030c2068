using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>Manual: "Semisynchronous Replication"; super_read_only.</summary>
public class SourceSideTests
{
    [Fact]
    public void A_commit_waits_for_as_many_replicas_as_it_is_told()
    {
        var servers = new ModelServers(count: 3, waitFor: 2);
        Assert.True(servers.Write(1).IsByRule);
        servers[3].Pause();
        Assert.False(servers.Write(1).IsAnswered);
        servers[3].Continue();
        servers.Pass(1);
        Assert.True(servers[1].Executed.Has(servers[1].BinaryLog[^1]));
    }

    [Fact]
    public void What_waits_for_acknowledgements_is_in_the_binary_log_and_not_executed()
    {
        var servers = new ModelServers(waitFor: 1);
        servers[2].Pause();
        servers.Write(1);
        Assert.Equal(2, servers[1].BinaryLog.Count);
        Assert.False(servers[1].Executed.Has(servers[1].BinaryLog[^1]));
    }

    [Fact]
    public void A_crash_commits_what_stands_in_the_binary_log()
    {
        var servers = new ModelServers(waitFor: 1);
        servers[2].Pause();
        servers.Write(1);
        servers[1].Kill(withHost: false);
        servers[1].Start();
        Assert.True(servers[1].Executed.Has(servers[1].BinaryLog[^1]));
    }

    [Fact]
    public void After_the_timeout_it_commits_without_and_waits_again_when_replicas_have_caught_up()
    {
        var servers = new ModelServers(waitFor: 1, timeout: 500);
        servers[2].Pause();
        var first = servers.Write(1);
        Assert.True(first.IsAnswered);
        Assert.False(first.IsByRule);
        Assert.False(servers[1].Source.IsActive);
        servers[2].Continue();
        servers.Pass(3);
        Assert.True(servers[1].Source.IsActive);
    }

    [Fact]
    public void Becoming_read_only_blocks_writes_at_once_and_waits_for_commits()
    {
        var servers = new ModelServers(waitFor: 1);
        servers[2].Pause();
        servers.Write(1);
        Assert.Null(servers.Run(1, 1, new Statement.Close(CutsClientsOff: false)));
        Assert.False(servers[1].AcceptsWrites);
        Assert.False(servers[1].ReadOnly);
        servers.Last!.Kill();
        Assert.True(servers[1].AcceptsWrites);
    }

    [Fact]
    public void A_restart_brings_back_the_configured_read_only()
    {
        var servers = new ModelServers();
        Assert.True(servers[1].AcceptsWrites);
        servers[1].Kill(withHost: false);
        servers[1].Start();
        Assert.False(servers[1].AcceptsWrites);
    }

    [Fact]
    public void A_full_disk_lets_commits_wait_and_answers_reads()
    {
        var servers = new ModelServers();
        servers[1].FillDisk(true);
        Assert.False(servers.Write(1).IsAnswered);
        servers[1].FillDisk(false);
        servers.Pass(1);
        Assert.Equal(2, servers[1].BinaryLog.Count);
    }
}
